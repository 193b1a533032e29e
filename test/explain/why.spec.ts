import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Explanation } from '@holdfast/kernel';
import { freshDatabase, ServiceProcess, unique, until } from '@holdfast/testkit';

const SOURCES = join(import.meta.dirname, '..', '..', 'explain');
const OLD = join(SOURCES, 'old-handlers.mjs');
const NEW = join(SOURCES, 'new-handlers.mjs');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let api: ServiceProcess;

beforeAll(async () => {
  database = await freshDatabase();
  api = await ServiceProcess.start({ databaseUrl: database.url, role: 'api', handlers: NEW, env: QUICK });
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});

afterAll(async () => {
  await api.stop();
  await database.drop();
});

const QUICK = {
  HOLDFAST_CONCURRENCY: '1',
  HOLDFAST_LEASE_MS: '1000',
  HOLDFAST_SWEEP_INTERVAL_MS: '100',
  TRACE_URL_TEMPLATE: 'https://traces.test/{traceId}?id={operationId}',
};
const workers: ServiceProcess[] = [];

async function work(handlers: string): Promise<ServiceProcess> {
  const worker = await ServiceProcess.start({ databaseUrl: database.url, role: 'worker', handlers, env: QUICK });
  workers.push(worker);
  return worker;
}

interface Created {
  readonly id: string;
  readonly links: { readonly trace?: string };
}

async function send(path: string, body: object, headers: Record<string, string> = {}): Promise<Created> {
  const answer = await fetch(api.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': unique('key'), ...headers },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Created;
}

/** Asks until it is explained like this; when it never is, the test fails with what was said instead. */
async function whenSeen(id: string, isRight: (seen: Explanation) => boolean): Promise<Explanation> {
  const look = async () => (await (await fetch(`${api.url}/operations/${id}/explain`)).json()) as Explanation;
  let seen = await look();
  await until(async () => isRight((seen = await look()))).catch((cause: unknown) => {
    throw new Error(`it is explained as «${seen.summary}»`, { cause });
  });
  return seen;
}

const whenExplained = (id: string, code: string) => whenSeen(id, ({ reasons }) => reasons[0]?.code === code);
const cancel = (id: string) => fetch(`${api.url}/operations/${id}/cancel`, { method: 'POST' });

describe('GET /operations/{id}/explain beside real workers', () => {
  test('tells the story of a version that nobody knows, until a worker comes that does', async () => {
    const { id } = await send('/operations', { type: 'report.make' });
    expect((await whenExplained(id, 'no_worker')).next).toMatchObject({ event: 'claim', at: null });
    await work(OLD);
    const unknown = await whenExplained(id, 'no_worker_for_version');
    expect(unknown.reasons).toMatchObject([{ data: { type: 'report.make', version: '2', known: ['1'] } }]);
    const hold = await send('/operations', { type: 'slot.hold' });
    expect((await whenExplained(hold.id, 'no_worker_for_type')).summary).toContain('none of the 1 living worker');
    await cancel(hold.id);
    expect((await whenExplained(hold.id, 'canceled_before_start')).next).toBeNull();
    await work(NEW);
    const waits = await whenExplained(id, 'waiting_for_signal');
    expect(waits.reasons).toMatchObject([{ data: { name: 'approval', until: null } }]);
    await send(`/operations/${id}/signals/approval`, { payload: { by: 'ann' } });
    expect((await whenExplained(id, 'succeeded')).summary).toMatch(/^It succeeded on attempt 1 at /);
  });

  test('tells who runs it, who waits for the slot, and whose lease was lost', async () => {
    const worker = await work(NEW);
    const first = await send('/operations', { type: 'slot.hold' });
    const runs = await whenExplained(first.id, 'running');
    const { name } = (runs.reasons[0] as { data: { worker: { name: string } } }).data.worker;
    expect(name).toMatch(new RegExp(`/${worker.child.pid}$`));
    const second = await send('/operations', { type: 'slot.hold' });
    expect((await whenExplained(second.id, 'slots_busy')).reasons).toMatchObject([{ data: { slots: 1, workers: 1 } }]);
    await cancel(second.id);
    await worker.kill();
    await work(NEW);
    const again = await whenSeen(first.id, ({ status, retries }) => status === 'running' && retries.length > 0);
    expect(again.retries).toMatchObject([
      { code: 'lease_lost', attempt: 2, after: { attempt: 1, worker: { name }, error: { code: 'worker_lost' } } },
    ]);
    await cancel(first.id);
    await whenExplained(first.id, 'canceled_after_start');
  });

  test('tells what each retry was for, and how a failed operation can go on', async () => {
    await work(NEW);
    const { id } = await send('/operations', { type: 'service.ask' });
    const { reasons, retries } = await whenExplained(id, 'failed_for_good');
    expect(reasons).toMatchObject([{ data: { errorCode: 'refused', attempt: 2 } }, { code: 'resumable' }]);
    expect(retries).toMatchObject([
      { code: 'attempt_failed', attempt: 2, delayMs: expect.any(Number), after: { error: { code: 'handler_error' } } },
    ]);
    await fetch(`${api.url}/operations/${id}/resume`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'They changed their mind.' }),
    });
    const resumed = await whenSeen(id, (seen) => seen.status === 'failed' && seen.retries.length === 2);
    expect(resumed.retries[1]).toMatchObject({ code: 'resumed', attempt: 3, delayMs: expect.any(Number) });
  });

  test('links the trace in the operation and in the log lines about its failures', async () => {
    const worker = await work(NEW);
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
    const { id, links } = await send('/operations', { type: 'service.ask' }, { traceparent });
    expect(links.trace).toBe(`https://traces.test/${traceId}?id=${id}`);
    await whenExplained(id, 'failed_for_good');
    expect(worker.output).toContain(`"trace":"https://traces.test/${traceId}?id=${id}"`);
  });
});
