import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { laneOf } from '@holdfast/kernel';
import { newOperation, seedWorker, unique } from '@holdfast/testkit';
import { openWorkbench, type Workbench } from './workbench.js';

let bench: Workbench;
let batch = 0;

beforeAll(async () => {
  bench = await openWorkbench();
});

afterAll(() => bench.close());

async function claim(lanes: string[]) {
  batch += 1;
  const workerId = await seedWorker(bench.pool, 60);
  return bench.store.claim({ workerId, lanes, limit: 10, batch, finishedBatches: [] });
}

describe('the version of a type', () => {
  test('is recorded with the operation, and a worker that does not know it leaves the operation to others', async () => {
    const type = unique('type');
    const operation = newOperation({ type, typeVersion: '2' });
    await bench.store.create(operation);
    expect(await claim([laneOf(type, null), laneOf(type, '1')])).toEqual([]);
    const claimed = await claim([laneOf(type, '1'), laneOf(type, '2')]);
    expect(claimed).toMatchObject([{ uuid: operation.uuid, type }]);
  });

  test('stays with the operation when it is retried', async () => {
    const type = unique('type');
    await bench.store.create(newOperation({ type, typeVersion: '2' }));
    const [held] = await claim([laneOf(type, '2')]);
    if (!held) throw new Error('the claim came home empty');
    const error = { code: 'test', message: 'Test.', retryable: true, effect: 'none' } as const;
    await bench.store.settle({ ...held, settlement: { event: 'retry', error, delayMs: 0 } });
    expect(await claim([laneOf(type, null)])).toEqual([]);
    expect(await claim([laneOf(type, '2')])).toMatchObject([{ uuid: held.uuid, attempt: 2 }]);
  });
});
