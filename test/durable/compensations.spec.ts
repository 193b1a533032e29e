import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Latch } from '@holdfast/testkit';
import { openWorkbench, type Workbench } from './workbench.js';

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
});

afterAll(() => bench.close());

const waitsFor = (reason: string) => (operation: { status: string; waiting: { reason: string } | null }) =>
  operation.status === 'pending' && operation.waiting?.reason === reason;

describe('compensations', () => {
  test('run in reverse order, once each, when the operation fails for good', async () => {
    const log: string[] = [];
    const run = await bench.run({
      async run(op) {
        await op.onFailure('release', () => log.push('release'));
        await op.step('reserve', () => log.push('reserve'));
        await op.onFailure('refund', () => log.push('refund'));
        await op.step('charge', () => log.push('charge'));
        throw op.fail('rejected', 'The parcel service said no.');
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'failed', error: { code: 'rejected' } });
    expect(log).toEqual(['reserve', 'charge', 'refund', 'release']);
  });

  test('do not run while attempts are left, nor after success', async () => {
    const log: string[] = [];
    const run = await bench.run({
      async run(op) {
        await op.onFailure('release', () => log.push('release'));
        if (op.attempt < 3) throw new Error('Again.');
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'succeeded' });
    expect(log).toEqual([]);
  });

  test('run when a waiting operation is canceled, before it ends', async () => {
    const log: string[] = [];
    const run = await bench.run({
      async run(op) {
        await op.onFailure('release', () => log.push('release'));
        await op.step('reserve', () => log.push('reserve'));
        await op.waitForSignal('approval');
      },
    });
    await run.until(waitsFor('signal'));
    await run.cancel();
    expect(await run.ended()).toMatchObject({ status: 'canceled', error: { code: 'canceled' } });
    expect(log).toEqual(['reserve', 'release']);
  });

  test('run when the deadline of a waiting operation passes', async () => {
    const log: string[] = [];
    const run = await bench.run(
      {
        async run(op) {
          await op.onFailure('release', () => log.push('release'));
          await op.waitForSignal('approval');
        },
      },
      { deadline: new Date(Date.now() + 2_000) },
    );
    expect(await run.ended()).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' } });
    expect(log).toEqual(['release']);
  });

  test('that fail are tried again, and a resume afterwards does all of the work again', async () => {
    const log: string[] = [];
    let undone = 0;
    const run = await bench.run({
      async run(op) {
        await op.onFailure('release', () => {
          undone += 1;
          if (undone < 3) throw new Error('Not now.');
          log.push('release');
        });
        await op.step('reserve', () => log.push('reserve'));
        if (log.filter((word) => word === 'reserve').length < 2) throw op.fail('sold_out', 'Sold out.');
        return 'sold';
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'failed' });
    await run.resume();
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"sold"' });
    expect(log).toEqual(['reserve', 'release', 'reserve']);
  });

  test('that lost their workers go on with a resume, and only what is undone is done again', async () => {
    const log: string[] = [];
    let healed = false;
    const stopped = new Latch();
    const run = await bench.run({
      async run(op) {
        await op.onFailure('cancel', ({ signal }) => {
          log.push('cancel');
          signal.addEventListener('abort', stopped.open);
          return healed ? null : stopped.opened;
        });
        await op.step('book', () => log.push('book'));
        if (!healed) throw op.fail('sold_out', 'There is none left.');
        return 'booked';
      },
    });
    while (!log.includes('cancel')) await run.now();
    await bench.query('update holdfast.operations set lost = max_lost - 1 where id = $1', [run.uuid]);
    await bench.query(
      `update holdfast.workers set lease_until = now() - interval '1 second'
        where id = (select lease_owner from holdfast.operations where id = $1)`,
      [run.uuid],
    );
    expect(await run.ended()).toMatchObject({ status: 'failed', error: { code: 'worker_lost' } });
    // Until it has noticed, the worker would claim under the lease that was taken from it.
    await stopped.opened;
    healed = true;
    await run.resume();
    expect(await run.ended()).toMatchObject({ status: 'failed', error: { code: 'sold_out' } });
    expect(log).toEqual(['book', 'cancel', 'cancel']);
    await run.resume();
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"booked"' });
    expect(log).toEqual(['book', 'cancel', 'cancel', 'book']);
  });

  test('are found again past a try/catch around steps, and its catch and finally do nothing', async () => {
    const log: string[] = [];
    const run = await bench.run({
      async run(op) {
        await op.onFailure('release', () => log.push('release'));
        await op.step('reserve', () => log.push('reserve'));
        try {
          await op.waitForSignal('approval');
        } catch {
          log.push('caught');
          await op.onFailure('never done', () => log.push('undid what was never done'));
        } finally {
          log.push('finally');
        }
      },
    });
    await run.until(waitsFor('signal'));
    await run.cancel();
    expect(await run.ended()).toMatchObject({ status: 'canceled' });
    expect(log).toEqual(['reserve', 'release']);
  });

  test('of a branch are found again also when the branch beside it comes to something new first', async () => {
    const log: string[] = [];
    const run = await bench.run({
      async run(op) {
        const booked = async () => {
          await new Promise((resolve) => setTimeout(resolve, 30));
          await op.onFailure('release', () => log.push('release'));
          await op.step('reserve', () => log.push('reserve'));
          await op.waitForSignal('more');
        };
        await op.onFailure('nothing', () => undefined);
        const work = booked();
        const approval = op.waitForSignal('approval');
        await work;
        await approval;
      },
    });
    await run.until((seen) => waitsFor('signal')(seen) && log.includes('reserve'));
    await run.cancel();
    expect(await run.ended()).toMatchObject({ status: 'canceled' });
    expect(log).toEqual(['reserve', 'release']);
  });

  test('are none when the code no longer registers them, and the operation ends all the same', async () => {
    let deployed = false;
    const run = await bench.run({
      async run(op) {
        if (!deployed) await op.onFailure('release', () => undefined);
        await op.waitForSignal('approval');
      },
    });
    await run.until(waitsFor('signal'));
    deployed = true;
    await run.cancel();
    expect(await run.ended()).toMatchObject({ status: 'canceled' });
  });

  test('wait for the decision when the outcome of a step is unknown', async () => {
    const log: string[] = [];
    const run = await bench.run({
      async run(op) {
        await op.onFailure('refund', () => log.push('refund'));
        return op.step('pay', () => Promise.reject(new Error('Connection reset.')), { rerun: 'never' });
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'failed', error: { code: 'outcome_unknown' } });
    expect(log).toEqual([]);
    await run.resume({ decision: { step: 'pay', outcome: 'done', result: '"paid"' } });
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"paid"' });
    expect(log).toEqual([]);
  });
});
