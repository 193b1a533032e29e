import { randomUUID } from 'node:crypto';
import { validateCreate } from '@holdfast/contract';
import { type CreateResult, Engine } from '@holdfast/engine';
import {
  type ClientHints,
  DEFAULT_ID_PREFIX,
  DEFAULT_REPLAY_WINDOW_MS,
  DEFAULT_RETRY_POLICY,
  systemClock,
  type TypeRegistry,
} from '@holdfast/kernel';
import { LocalSignals, openTestStore, testDatabase, type TestStore } from '@holdfast/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

let backing: TestStore;
let tenant: string;

const TYPES: TypeRegistry = new Map([
  [
    'test.echo',
    {
      name: 'test.echo',
      idPrefix: DEFAULT_ID_PREFIX,
      retry: DEFAULT_RETRY_POLICY,
      attemptTimeoutMs: null,
      replayWindowMs: DEFAULT_REPLAY_WINDOW_MS,
      description: null,
      inputSchema: null,
      validateInput: () => [],
    },
  ],
]);

beforeAll(async () => {
  backing = await openTestStore((await testDatabase()).url);
});
beforeEach(() => {
  tenant = randomUUID();
});
afterAll(() => backing.close());

/** Another process: it shares nothing with the others but the database. */
function aProcess(): Engine {
  return new Engine({
    store: backing.store,
    types: TYPES,
    signals: new LocalSignals(),
    clock: systemClock,
    random: Math.random,
  });
}

function create(engine: Engine, key: string, hints: ClientHints | null = null): Promise<CreateResult> {
  const body = { type: 'test.echo', input: { amount: 1 } };
  return engine.create.execute({
    tenant,
    key,
    body,
    validate: (asked) => validateCreate(asked, null),
    traceParent: null,
    hints,
  });
}

/** What the statements that answer are, beside the request log, for which nobody waits. */
async function statementsOf(work: () => Promise<CreateResult>): Promise<[boolean, string[]]> {
  const before = new Map(backing.store.executor.sent);
  const { replayed } = await work();
  const sent = [...backing.store.executor.sent].filter(([name, count]) => count > (before.get(name) ?? 0));
  const names = sent.map(([name]) => name).filter((name) => name !== 'log-requests');
  return [replayed, names.sort()];
}

describe('a request is answered by one statement', () => {
  test('when it is new', async () => {
    expect(await statementsOf(() => create(aProcess(), 'new'))).toEqual([false, ['create']]);
  });

  test('when it comes again to the process that had the first', async () => {
    const engine = aProcess();
    await create(engine, 'again');
    expect(await statementsOf(() => create(engine, 'again'))).toEqual([true, ['find-by-key']]);
  });

  test.each<[string, ClientHints]>([
    ['by its number', { source: 'aws', attempt: 2 }],
    ['by its reason', { source: 'idempotency-attempt', reason: 'timeout' }],
  ])('when the client says that it is a retry, %s, to a process that never saw it', async (_, hints) => {
    await create(aProcess(), 'retried');
    expect(await statementsOf(() => create(aProcess(), 'retried', hints))).toEqual([true, ['find-by-key']]);
  });
});

describe('a wrong guess changes nothing', () => {
  test('when the retry is the first that arrives', async () => {
    const hints: ClientHints = { source: 'aws', attempt: 2 };
    expect(await statementsOf(() => create(aProcess(), 'lost', hints))).toEqual([false, ['create', 'find-by-key']]);
  });

  test('when a retry comes unannounced to another process', async () => {
    await create(aProcess(), 'silent');
    expect(await statementsOf(() => create(aProcess(), 'silent'))).toEqual([true, ['create', 'find-by-key']]);
  });
});
