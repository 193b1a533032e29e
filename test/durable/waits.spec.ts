import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Latch, unique } from '@holdfast/testkit';
import { type Definition, openWorkbench, type Workbench } from './workbench.js';

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
});

afterAll(() => bench.close());

const waitsFor = (reason: string) => (operation: { status: string; waiting: { reason: string } | null }) =>
  operation.status === 'pending' && operation.waiting?.reason === reason;

describe('a sleep', () => {
  test('holds no lease while it lasts, counts no attempt, and goes on after its time', async () => {
    const runs: string[] = [];
    const run = await bench.run({
      async run(op) {
        await op.step('before', () => runs.push('before'));
        await op.sleep('nap', 150);
        return op.step('after', () => runs.push('after'));
      },
    });
    const asleep = await run.until(waitsFor('timer'));
    expect(asleep).toMatchObject({ waiting: { name: 'nap' }, attempt: 1 });
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(runs).toEqual(['before', 'after']);
    const sleptMs = (ended.finishedAt as Date).getTime() - (ended.startedAt as Date).getTime();
    expect(sleptMs).toBeGreaterThanOrEqual(150);
  });

  test('beside another one lasts as long as the longer', async () => {
    const run = await bench.run({
      run: (op) => op.all([op.sleep('short', 60), op.sleep('long', 180), op.step('work', () => 'done')]),
    });
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect((ended.finishedAt as Date).getTime() - (ended.startedAt as Date).getTime()).toBeGreaterThanOrEqual(180);
  });

  test.each([Infinity, 1e300, Number.NaN])('of %s ms is refused: its end could not be told', async (ms) => {
    const waits: Definition['run'][] = [(op) => op.sleep('nap', ms), (op) => op.waitForSignal('go', { timeoutMs: ms })];
    for (const wait of waits) {
      const run = await bench.run({ retry: { maxAttempts: 1 }, run: wait });
      expect(await run.ended()).toMatchObject({ status: 'failed', error: { message: expect.stringMatching(/of ms/) } });
    }
  });

  test('until a time that is over does not sleep', async () => {
    const run = await bench.run({ run: (op) => op.sleepUntil('past', new Date(0)) });
    expect(await run.ended()).toMatchObject({ status: 'succeeded' });
  });
});

describe('a signal', () => {
  const main = { run: (op: { waitForSignal: (name: string) => Promise<unknown> }) => op.waitForSignal('approval') };

  test('wakes the one that waits for it', async () => {
    const run = await bench.run(main);
    await run.until(waitsFor('signal'));
    await run.signal('approval', { by: 'ann' });
    expect(await run.ended()).toMatchObject({ status: 'succeeded', attempt: 1, result: '{"by":"ann"}' });
  });

  test('that comes before the wait is kept for it', async () => {
    const run = await bench.run({
      async run(op) {
        await op.sleep('first', 120);
        return op.waitForSignal('approval');
      },
    });
    await run.until(waitsFor('timer'));
    await run.signal('approval', 'early');
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"early"' });
  });

  test('is given out once, in the order of coming, also when sent twice with one key', async () => {
    const run = await bench.run({
      async run(op) {
        const got = [];
        for (let n = 0; n < 3; n += 1) got.push(await op.waitForSignal('item'));
        return got;
      },
    });
    await run.signal('item', 1, 'one');
    await run.signal('item', 1, 'one');
    await run.signal('item', 2, 'two');
    await run.signal('item', 3, 'three');
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '[1,2,3]' });
  });

  test('sent by fifty at once is lost by none', async () => {
    const run = await bench.run({
      async run(op) {
        const got = [];
        for (let n = 0; n < 50; n += 1) got.push(await op.waitForSignal('vote'));
        return got.map(Number).sort((a, b) => a - b);
      },
    });
    await Promise.all(Array.from({ length: 50 }, (_, n) => run.signal('vote', n)));
    const ended = await run.ended();
    expect(JSON.parse(ended.result as string)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test('with a used key and another payload is refused, and so is one for an ended operation', async () => {
    const run = await bench.run(main);
    await run.until(waitsFor('signal'));
    await run.signal('other', 1, 'k');
    await expect(run.signal('other', 2, 'k')).rejects.toMatchObject({ slug: 'idempotency-key-reused' });
    await run.signal('approval', 'go');
    await run.ended();
    await expect(run.signal('approval', 'late')).rejects.toMatchObject({ slug: 'operation-terminal' });
  });

  test('is given out again by a resume from before it, and one that is sent after the resume comes behind it', async () => {
    let strict = true;
    const run = await bench.run({
      async run(op) {
        await op.step('ask', () => 'asked');
        const first = await op.waitForSignal('answer');
        if (strict) throw op.fail('wrong', 'That is no answer.');
        return [first, await op.waitForSignal('answer')];
      },
    });
    await run.until(waitsFor('signal'));
    await run.signal('answer', 'wrong');
    expect(await run.ended()).toMatchObject({ status: 'failed' });
    await expect(run.signal('answer', 'right')).rejects.toMatchObject({ slug: 'operation-terminal' });
    strict = false;
    await run.resume({ fromStep: 'ask' });
    await run.signal('answer', 'right');
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '["wrong","right"]' });
  });

  test('that does not come in time throws signal_timeout, which the handler may catch, the same on every attempt', async () => {
    const run = await bench.run({
      async run(op) {
        const caught = await op.waitForSignal('approval', { timeoutMs: 80 }).catch((error: Error) => error.message);
        if (op.attempt === 1) throw new Error('Again.');
        return caught;
      },
    });
    expect(await run.ended()).toMatchObject({
      status: 'succeeded',
      attempt: 2,
      result: expect.stringMatching(/approval/),
    });
  });
});

/** A parent that has failed, and its child, which was canceled for that and is then changed by `statement`. */
async function failedBesideItsChild(statement: string | null = null) {
  let healed = false;
  const type = unique('child').replaceAll('-', '.x');
  const run = await bench.run(
    {
      run: (op) =>
        Promise.all([
          op.call('work', type),
          op.step('check', async () => {
            if (healed) return 'parent';
            // The child is there before its parent fails.
            while (!(await childOf(run.uuid))) await run.now();
            throw op.fail('ill', 'Not yet.');
          }),
        ]),
    },
    { others: { [type]: { run: (op) => (healed ? 'child' : op.waitForSignal('never')) } } },
  );
  await run.ended();
  let child = await childOf(run.uuid);
  while (child?.status !== 'canceled') child = await childOf(run.uuid);
  if (statement !== null) await bench.query(statement, [child.id]);
  return { run, child: child.id, heal: () => (healed = true) };
}

async function childOf(uuid: string): Promise<{ id: string; status: string } | undefined> {
  const [child] = await bench.query('select id, status from holdfast.operations where parent_id = $1', [uuid]);
  return child && { id: String(child['id']), status: String(child['status']) };
}

describe('a child', () => {
  test('is created once, awaited without a lease, and its result is the call’s', async () => {
    let children = 0;
    const run = await bench.run(
      {
        async run(op) {
          const result = await op.call('work', 'child.double', { n: 21 });
          if (op.attempt === 1) throw new Error('Again.');
          return result;
        },
      },
      {
        others: {
          'child.double': {
            async run(op) {
              children += 1;
              await op.sleep('a while', 60);
              return { doubled: (op.input as { n: number }).n * 2 };
            },
          },
        },
      },
    );
    await run.until(waitsFor('child'));
    expect(await run.ended()).toMatchObject({ status: 'succeeded', attempt: 2, result: '{"doubled":42}' });
    // Once before its sleep and once after.
    expect(children).toBe(2);
    const rows = await bench.query('select 1 from holdfast.operations where parent_id = $1', [run.uuid]);
    expect(rows).toHaveLength(1);
  });

  test('that fails throws its error into the parent', async () => {
    const run = await bench.run(
      {
        run: (op) =>
          op
            .call('work', 'child.fail')
            .catch((error: { code: string; message: string }) => `${error.code}: ${error.message}`),
      },
      { others: { 'child.fail': { run: (op) => Promise.reject(op.fail('no_stock', 'Sold out.')) } } },
    );
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"no_stock: Sold out."' });
  });

  test('that failed is created anew when its parent is resumed', async () => {
    let healed = false;
    const run = await bench.run(
      { run: (op) => op.call('work', 'child.heals') },
      { others: { 'child.heals': { run: (op) => (healed ? 'well' : Promise.reject(op.fail('ill', 'Not yet.'))) } } },
    );
    expect(await run.ended()).toMatchObject({ status: 'failed', error: { code: 'ill' } });
    healed = true;
    await run.resume();
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"well"' });
    expect(await bench.query('select 1 from holdfast.operations where parent_id = $1', [run.uuid])).toHaveLength(2);
  });

  test('that was canceled because its parent had failed is created anew when the parent is resumed', async () => {
    const { run, heal } = await failedBesideItsChild();
    heal();
    await run.resume();
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '["child","parent"]' });
    const children = await bench.query(
      'select status from holdfast.operations where parent_id = $1 order by created_at',
      [run.uuid],
    );
    expect(children).toEqual([{ status: 'canceled' }, { status: 'succeeded' }]);
  });

  test('that was erased is not waited for for ever: its call fails, or is made anew when it had been canceled', async () => {
    const canceled = await failedBesideItsChild();
    await bench.store.purge(canceled.run.tenant, canceled.child);
    canceled.heal();
    await canceled.run.resume();
    expect(await canceled.run.ended()).toMatchObject({ status: 'succeeded', result: '["child","parent"]' });

    const succeeded = await failedBesideItsChild(
      "update holdfast.operations set status = 'succeeded', error = null where id = $1",
    );
    await bench.store.purge(succeeded.run.tenant, succeeded.child);
    succeeded.heal();
    await succeeded.run.resume();
    expect(await succeeded.run.ended()).toMatchObject({ status: 'failed', error: { code: 'child_purged' } });
    await succeeded.run.resume();
    expect(await succeeded.run.ended()).toMatchObject({ status: 'succeeded', result: '["child","parent"]' });
  });

  test('runs beside its siblings', async () => {
    const run = await bench.run(
      { run: (op) => op.all([1, 2, 3].map((n) => op.call(`work ${n}`, 'child.nap', n))) },
      { others: { 'child.nap': { run: async (op) => (await op.sleep('nap', 100), op.input) } } },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'succeeded', result: '[1,2,3]' });
    expect((ended.finishedAt as Date).getTime() - (ended.startedAt as Date).getTime()).toBeLessThan(3_000);
  });

  test('is canceled with its parent', async () => {
    const run = await bench.run(
      { run: (op) => op.call('work', 'child.wait') },
      { others: { 'child.wait': { run: (op) => op.waitForSignal('never') } } },
    );
    await run.until(waitsFor('child'));
    await run.cancel();
    expect(await run.ended()).toMatchObject({ status: 'canceled' });
    for (;;) {
      const [child] = await bench.query('select status from holdfast.operations where parent_id = $1', [run.uuid]);
      if (child?.['status'] === 'canceled') break;
    }
  });
});

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
