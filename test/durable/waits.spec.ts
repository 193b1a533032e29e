import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@holdfast/kernel';
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

  test.each([DAY_MS, -DAY_MS])(
    'until a time ends then by the database’s clock, also in a worker whose own is %s ms ahead',
    async (aheadMs) => {
      const time = new Date(Date.now() + DAY_MS / 24);
      const run = await bench.run({ run: (op) => op.sleepUntil('nap', time) }, { aheadMs });
      await run.until(waitsFor('timer'));
      const [row] = await bench.query('select run_at as at from holdfast.operations where id = $1', [run.uuid]);
      const at = row?.['at'] as Date;
      const lateMs = at.getTime() - time.getTime();
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThan(DAY_MS / 24);
      await run.cancel();
    },
  );
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
