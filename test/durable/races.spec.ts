import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

describe('a race', () => {
  test('keeps its winner, also when another branch could win a later run', async () => {
    const branches: string[] = [];
    const run = await bench.run({
      async run(op) {
        const answer = await op.race('answer', {
          accepted: () => op.waitForSignal('accept'),
          declined: () => op.waitForSignal('decline'),
        });
        await op.sleep('a while', 150);
        return op.step('act', () => (branches.push(answer.winner), answer));
      },
    });
    await run.until(waitsFor('signal'));
    await run.signal('decline', 'bob');
    await run.until((seen) => seen.waiting?.name === 'a while');
    await run.signal('accept', 'ann');
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '{"winner":"declined","value":"bob"}' });
    expect(branches).toEqual(['declined']);
  });

  test('uses up the signal of its winner alone, though both are there', async () => {
    const run = await bench.run({
      async run(op) {
        await op.sleep('first', 120);
        const { winner } = await op.race('answer', {
          accepted: () => op.waitForSignal('accept'),
          declined: () => op.waitForSignal('decline'),
        });
        const other = await op.waitForSignal(winner === 'accepted' ? 'decline' : 'accept');
        // Asked for once more, the winner's own signal is not there: it was given out.
        const again = await op
          .waitForSignal(winner === 'accepted' ? 'accept' : 'decline', { timeoutMs: 30 })
          .catch((error: { code: string }) => error.code);
        return [other, again];
      },
    });
    await run.until(waitsFor('timer'));
    await run.signal('accept', 'there');
    await run.signal('decline', 'there');
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '["there","signal_timeout"]' });
  });

  test('that a timer has lost is not woken by it', async () => {
    let runs = 0;
    const run = await bench.run({
      async run(op) {
        runs += 1;
        await op.race('first', { quick: () => op.waitForSignal('go'), slow: () => op.sleep('slow', 200) });
        return op.sleep('afterwards', 600);
      },
    });
    await run.until(waitsFor('signal'));
    await run.signal('go', null);
    await run.ended();
    // To begin with, when the signal came, and after the sleep.
    expect(runs).toBe(3);
  });

  test('that a timer wins leaves the signal to whoever asks next', async () => {
    const run = await bench.run({
      async run(op) {
        const first = await op.race('first', {
          answered: () => op.waitForSignal('answer'),
          late: () => op.sleep('too long', 60),
        });
        return [first.winner, await op.waitForSignal('answer')];
      },
    });
    await run.until((seen) => seen.waiting?.reason === 'signal' && seen.waiting.name === 'answer' && seen.version > 4);
    await run.signal('answer', 'at last');
    expect(await run.ended()).toMatchObject({ result: '["late","at last"]' });
  });

  test('whose branches go on hears the first that ends, and a branch that went on keeps its signal', async () => {
    const run = await bench.run({
      async run(op) {
        const first = await op.race('first', {
          worked: async () => {
            const order = await op.waitForSignal('order');
            return op.step('work', () => ({ did: order }));
          },
          late: () => op.sleep('too long', 3_600_000),
        });
        return { ...first, left: await op.waitForSignal('order', { timeoutMs: 20 }).catch(() => 'nothing') };
      },
    });
    await run.until(waitsFor('signal'));
    await run.signal('order', 'one');
    expect(await run.ended()).toMatchObject({ result: '{"winner":"worked","value":{"did":"one"},"left":"nothing"}' });
  });

  test('keeps a failure that is for good, and forgets one that is not', async () => {
    let tries = 0;
    const run = await bench.run({
      async run(op) {
        const kept = await op
          .race('kept', {
            fails: () => op.waitForSignal('never', { timeoutMs: 20 }),
            slow: () => op.sleep('slow', 60_000),
          })
          .catch((error: { code: string }) => error.code);
        if (op.attempt === 1) throw new Error('Again.');
        const again = await op.race('again', {
          heals: () =>
            op.step('heals', () => {
              tries += 1;
              if (tries === 1) throw new Error('Not yet.');
              return tries;
            }),
          slow: () => op.sleep('slow', 60_000),
        });
        return [kept, again.value];
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '["signal_timeout",2]', attempt: 3 });
  });

  test('tells the step of a branch that has lost to stop, and lets it do nothing more', async () => {
    const told: string[] = [];
    const run = await bench.run({
      async run(op) {
        const first = await op.race('first', {
          quick: () => op.step('quick', () => 'quick'),
          slow: async () => {
            try {
              await op.step('slow', ({ signal }) => untilAborted(signal).then(({ code }) => told.push(code)));
            } finally {
              told.push('went on');
            }
          },
        });
        return first.winner;
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"quick"' });
    expect(told).toEqual(['race_lost']);
  });

  test('counts what its branches began, so that equal names after it stay what they are', async () => {
    const run = await bench.run({
      async run(op) {
        await op.race('first', { a: () => op.step('work', () => 1), b: () => op.waitForSignal('work') });
        const second = await op.step('work', () => 2);
        await op.sleep('a while', 40);
        return [second, await op.step('work', () => 3)];
      },
    });
    expect(await run.ended()).toMatchObject({ result: '[2,3]' });
  });

  test('beside another one that is over keeps its own timer, also when both call it the same', async () => {
    const run = await bench.run({
      run(op) {
        const ask = (name: string, ms: number) =>
          op.race(name, { answered: () => op.waitForSignal(name), late: () => op.sleep('too late', ms) });
        return op.all([ask('long', 3_600_000), ask('short', 60)]);
      },
    });
    await run.until(waitsFor('signal'));
    const isOver =
      "select 1 from holdfast.operation_steps where name = 'short' and kind = 'step' and operation_id = $1";
    while ((await bench.query(isOver, [run.uuid])).length === 0) await run.now();
    await run.until(waitsFor('signal'));
    await run.signal('long', 'in time');
    expect(await run.ended()).toMatchObject({
      result: '[{"winner":"answered","value":"in time"},{"winner":"late"}]',
    });
  });

  test('leaves the step beside it what it had returned, also when a branch has one of the same name', async () => {
    const run = await bench.run({
      async run(op) {
        const values = await op.all([
          op.race('first', { a: () => op.step('work', () => 'of the branch'), b: () => op.waitForSignal('go') }),
          op.step('work', () => 'of the handler'),
        ]);
        await op.sleep('a while', 40);
        return values;
      },
    });
    expect(await run.ended()).toMatchObject({ result: '[{"winner":"a","value":"of the branch"},"of the handler"]' });
  });

  test('inside of a branch of another race is withdrawn with it', async () => {
    const run = await bench.run({
      async run(op) {
        const outer = await op.race('outer', {
          inner: async () => {
            const inner = await op.race('inner', { x: () => op.waitForSignal('x'), y: () => op.waitForSignal('y') });
            return op.waitForSignal(`after ${inner.winner}`);
          },
          stop: () => op.waitForSignal('stop'),
        });
        return [outer.winner, await op.waitForSignal('x')];
      },
    });
    await run.until(waitsFor('signal'));
    await run.signal('y', null);
    await run.until((seen) => seen.waiting?.name === 'stop' || seen.waiting?.name === 'after y');
    await run.signal('stop', null);
    await run.signal('x', 'still there');
    expect(await run.ended()).toMatchObject({ result: '["stop","still there"]' });
  });

  test('takes no compensation in a branch, which would not be registered again', async () => {
    const run = await bench.run({
      run: (op) => op.race('first', { a: () => op.onFailure('undo', () => undefined) }),
    });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { message: expect.stringMatching(/before the race/) },
    });
  });

  test('leaves a child that has lost to itself', async () => {
    const run = await bench.run(
      {
        run: (op) =>
          op.race('first', { child: () => op.call('work', 'child.waits'), late: () => op.sleep('late', 50) }),
      },
      { others: { 'child.waits': { run: (op) => op.waitForSignal('go') } } },
    );
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '{"winner":"late"}' });
    const children = await bench.query('select status from holdfast.operations where parent_id = $1', [run.uuid]);
    expect(children).toEqual([{ status: 'pending' }]);
  });
});
