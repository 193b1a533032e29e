import { describe, expect, test } from '@jest/globals';
import { isolated } from './isolated-observer.js';
import { type Observer, unobserved } from './observer.js';

const FAILURE = new Error('the observer is broken');

/** How a hook can go wrong. */
const BROKEN: Readonly<Record<string, (run: () => Promise<unknown>) => Promise<unknown>>> = {
  'throws before it returns': () => {
    throw FAILURE;
  },
  'throws before it runs what it looks on at': () => Promise.reject(FAILURE),
  'throws after it': async (run) => {
    await run();
    throw FAILURE;
  },
  'never runs it': () => Promise.resolve(null),
  'runs it twice': async (run) => {
    await run();
    return run();
  },
};

/** Each hook that runs something, called with that; the rest of what they are given is of no account here. */
const CALLS: Readonly<Record<string, (observer: Observer, run: () => Promise<never>) => Promise<unknown>>> = {
  creation: (observer, run) => observer.creation({} as never, run),
  decision: (observer, run) => observer.decision({} as never, run),
  signal: (observer, run) => observer.signal({} as never, run),
  attempt: (observer, run) => observer.attempt({} as never, run, {} as never),
  step: (observer, run) => observer.step({} as never, {} as never, run),
  sweep: (observer, run) => observer.sweep(run),
  batch: (observer, run) => observer.batch('create', [], run),
  statement: (observer, run) => observer.statement('create', run),
};

function brokenObserver(goWrong: (run: () => Promise<unknown>) => Promise<unknown>): Observer {
  const last = (...given: unknown[]) => goWrong(given.findLast((one) => typeof one === 'function') as never);
  const fail = () => {
    throw FAILURE;
  };
  const hooks = Object.keys(CALLS).map((hook) => [hook, last]);
  return { ...Object.fromEntries(hooks), lost: fail, endedAlone: fail, retired: fail } as Observer;
}

function logOf() {
  const lines: { readonly fields: unknown }[] = [];
  return { lines, error: (_: string, fields?: object) => void lines.push({ fields }) };
}

const cases = Object.keys(BROKEN).flatMap((way) => Object.keys(CALLS).map((hook) => [hook, way] as const));

describe('an observer that is isolated', () => {
  test.each(cases)('lets %s run once and give what it gives when it %s', async (hook, way) => {
    const observer = isolated(brokenObserver(BROKEN[way] as never), logOf());
    let runs = 0;
    const run = () => Promise.resolve((runs += 1) as never);
    await expect(CALLS[hook]?.(observer, run)).resolves.toBe(1);
    expect(runs).toBe(1);
  });

  test.each(Object.keys(CALLS))('passes on what %s throws, and says nothing of it', async (hook) => {
    const log = logOf();
    const observer = isolated(unobserved, log);
    const refused = new Error('refused');
    await expect(CALLS[hook]?.(observer, () => Promise.reject(refused))).rejects.toBe(refused);
    expect(log.lines).toEqual([]);
  });

  test('is told of once for each of its hooks, however often they fail', async () => {
    const log = logOf();
    const observer = isolated(brokenObserver(BROKEN['throws after it'] as never), log);
    for (let time = 0; time < 3; time += 1) {
      for (const call of Object.values(CALLS)) await call(observer, () => Promise.resolve(null as never));
      observer.lost([]);
      observer.endedAlone([]);
      observer.retired({ purged: 1, archived: 0, forgotten: 0 });
    }
    const hooks = [...Object.keys(CALLS), 'lost', 'endedAlone', 'retired'].sort();
    expect(log.lines.map(({ fields }) => (fields as { hook: string }).hook).sort()).toEqual(hooks);
  });
});
