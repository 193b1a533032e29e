import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@holdfast/testkit';
import { openWorkbench, type Workbench } from './workbench.js';

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
});

afterAll(() => bench.close());

const waitsFor = (reason: string) => (operation: { status: string; waiting: { reason: string } | null }) =>
  operation.status === 'pending' && operation.waiting?.reason === reason;

/** Resolves with the reason of the abort. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<Error & { code: string }>((resolve) => {
    signal.addEventListener('abort', () => resolve(signal.reason as Error & { code: string }), { once: true });
  });

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a handler that awaits something beside a wait', () => {
  test('is not put to sleep as long as it does not await the wait', async () => {
    let done = 0;
    const run = await bench.run({
      async run(op) {
        const approval = op.waitForSignal('approval');
        await pause(30);
        done += 1;
        return [await approval, done];
      },
    });
    await run.until(waitsFor('signal'));
    expect(done).toBe(1);
    await run.signal('approval', 'yes');
    expect(await run.ended()).toMatchObject({ status: 'succeeded', attempt: 1, result: '["yes",2]' });
  });

  test('and is put to sleep has its signal aborted as suspended, and no attempt fails by that', async () => {
    const reasons: string[] = [];
    const run = await bench.run({
      async run(op) {
        const plain = untilAborted(op.signal).then((reason) => {
          reasons.push(reason.code);
          throw reason;
        });
        const first = await Promise.race([op.waitForSignal('go'), plain]);
        return [first, op.attempt];
      },
    });
    await run.until(waitsFor('signal'));
    await until(() => reasons.length > 0);
    await run.signal('go', 'gone');
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '["gone",1]' });
    expect(reasons).toEqual(['suspended']);
  });

  test('and is put to sleep meanwhile is told of in the log', async () => {
    const run = await bench.run({
      async run(op) {
        await Promise.race([op.waitForSignal('go'), untilAborted(op.signal)]);
      },
    });
    await until(() => bench.warnings(run.id).length > 0);
    expect(bench.warnings(run.id)).toEqual([expect.stringMatching(/awaited something beside a wait/)]);
    await run.signal('go', null);
    expect(await run.ended()).toMatchObject({ status: 'succeeded' });
  });

  test('has not slept when all it did was wait, and no warning says so', async () => {
    const run = await bench.run({
      run: (op) => op.all([op.sleep('nap', 60), op.step('work', () => pause(5))]),
    });
    await run.ended();
    expect(bench.warnings(run.id)).toEqual([]);
  });
});
