import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openWorkbench, type Workbench } from './workbench.js';

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
});

afterAll(() => bench.close());

describe('a step', () => {
  test('that was completed is never executed again, and returns what it returned', async () => {
    const runs: string[] = [];
    const seen: unknown[] = [];
    const run = await bench.run({
      async run(op) {
        seen.push(await op.step('quote', () => (runs.push('quote'), { id: 7, at: new Date(0) })));
        await op.step('flaky', () => {
          runs.push('flaky');
          if (op.attempt < 3) throw new Error('Not yet.');
          return 'ok';
        });
        return op.step('nothing', () => undefined);
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: null, attempt: 3 });
    expect(runs).toEqual(['quote', 'flaky', 'flaky', 'flaky']);
    expect(seen).toEqual(Array.from({ length: 3 }, () => ({ id: 7, at: '1970-01-01T00:00:00.000Z' })));
  });

  test('of one name repeated is told apart by its order', async () => {
    const run = await bench.run({
      async run(op) {
        const sums = [];
        for (let n = 0; n < 4; n += 1) sums.push(await op.step('add', () => n * 10 + op.attempt));
        if (op.attempt === 1) throw new Error('Again.');
        return sums;
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '[1,11,21,31]' });
  });

  test('that takes its own retries keeps the attempt, and its final failure is its outcome', async () => {
    let tries = 0;
    const run = await bench.run({
      async run(op) {
        const retry = { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 2, factor: 1, maxLost: 5 };
        const outcome = await op
          .step('charge', () => (tries += 1) && Promise.reject(new Error('Declined.')), { retry })
          .catch((error: Error) => error.message);
        if (op.attempt === 1) throw new Error('Again.');
        return outcome;
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'succeeded', attempt: 2, result: '"Declined."' });
    expect(tries).toBe(3);
  });

  test('that takes longer than its time-out fails, and its signal says so', async () => {
    let reason: unknown;
    const run = await bench.run({
      retry: { maxAttempts: 1 },
      run: (op) =>
        op.step(
          'slow',
          ({ signal }) =>
            new Promise((_, reject) =>
              signal.addEventListener('abort', () => {
                reason = signal.reason;
                reject(signal.reason as Error);
              }),
            ),
          { timeoutMs: 20 },
        ),
    });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { code: 'step_timeout', message: expect.stringMatching(/slow/) },
    });
    expect(reason).toMatchObject({ code: 'step_timeout' });
  });

  test('that returns what cannot be stored fails the operation with a clear error', async () => {
    const run = await bench.run({ run: (op) => op.step('big', () => 'x'.repeat(2_000_000)) });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { code: 'result_too_large', message: expect.stringMatching(/«big».*2000002.*1048576/) },
    });
  });

  test.each(['', 'x'.repeat(129), 7, 'a\nb'])('without a usable name (%j) fails the attempt', async (name) => {
    const run = await bench.run({ retry: { maxAttempts: 1 }, run: (op) => op.step(name as string, () => 1) });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { message: expect.stringMatching(/op\.step/) },
    });
  });

  test('that the code no longer has is ignored, and one that is new runs', async () => {
    const runs: string[] = [];
    const run = await bench.run({
      async run(op) {
        const names = op.attempt === 1 ? ['a', 'b'] : ['new', 'a'];
        for (const name of names) await op.step(name, () => runs.push(name));
        if (op.attempt === 1) throw new Error('Deploy.');
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'succeeded' });
    expect(runs).toEqual(['a', 'b', 'new']);
  });
});

describe('a step that must not run twice', () => {
  const options = { rerun: 'never' as const };

  test('and whose outcome nobody knows ends the operation, until a person decides', async () => {
    let runs = 0;
    const run = await bench.run({
      async run(op) {
        const paid = await op.step('pay', () => (runs += 1) && Promise.reject(new Error('Connection reset.')), options);
        return { paid };
      },
    });
    expect(await run.ended()).toMatchObject({
      status: 'failed',
      error: { code: 'outcome_unknown', effect: 'unknown', details: { step: 'pay' } },
    });
    await run.resume({ decision: { step: 'pay', outcome: 'done', result: '{"receipt":9}' } });
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '{"paid":{"receipt":9}}' });
    expect(runs).toBe(1);
  });

  test('runs again when the decision is that it was not done', async () => {
    let runs = 0;
    const run = await bench.run({
      run: (op) => op.step('pay', () => ((runs += 1) > 1 ? 'paid' : Promise.reject(new Error('Reset.'))), options),
    });
    expect(await run.ended()).toMatchObject({ status: 'failed', error: { code: 'outcome_unknown' } });
    await run.resume({ decision: { step: 'pay', outcome: 'not-done' } });
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"paid"' });
    expect(runs).toBe(2);
  });

  test('and that was told to stop before it began is no step of unknown outcome', async () => {
    let told = 0;
    const run = await bench.run({
      attemptTimeoutMs: 60,
      async run(op) {
        // It ends only after the time-out, and the handler goes on with what must not be begun any more.
        await op.step('slow', async ({ signal }) => {
          if (op.attempt > 1) return;
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          told += 1;
        });
        return op.step('pay', () => 'paid', options);
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"paid"', attempt: 2 });
    expect(told).toBe(1);
  });

  test('and whose probe was told to stop has not been answered «unknown»', async () => {
    let asked = 0;
    const run = await bench.run({
      retry: { maxAttempts: 2 },
      attemptTimeoutMs: 60,
      run: (op) =>
        op.step('pay', () => Promise.reject(new Error('Reset.')), {
          ...options,
          probe: ({ signal }) => {
            asked += 1;
            return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
          },
        }),
    });
    expect(await run.ended()).toMatchObject({ status: 'failed', error: { code: 'attempt_timeout' } });
    expect(asked).toBe(1);
  });

  test('beside another of its name is decided for itself', async () => {
    const run = await bench.run({
      async run(op) {
        const pay = () => op.step('pay', () => Promise.reject(new Error('Reset.')), options);
        return op.all([pay(), pay()]);
      },
    });
    for (const result of ['"first"', '"second"']) {
      expect(await run.ended()).toMatchObject({ status: 'failed', error: { code: 'outcome_unknown' } });
      await run.resume({ decision: { step: 'pay', outcome: 'done', result } });
    }
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '["first","second"]' });
  });

  test.each([
    { answer: { outcome: 'done' as const, result: 'found' }, status: 'succeeded', runs: 1 },
    { answer: 'not-done' as const, status: 'succeeded', runs: 2 },
    { answer: 'unknown' as const, status: 'failed', runs: 1 },
  ])('asks its probe, and $answer decides', async ({ answer, status, runs: expected }) => {
    let runs = 0;
    const run = await bench.run({
      run: (op) =>
        op.step('pay', () => ((runs += 1) > 1 ? 'second' : Promise.reject(new Error('Reset.'))), {
          ...options,
          probe: () => answer,
        }),
    });
    expect(await run.ended()).toMatchObject({ status });
    expect(runs).toBe(expected);
  });
});

describe('a transaction step', () => {
  test('commits the handler’s rows with its checkpoint, once, whatever the attempts', async () => {
    await bench.query('create table if not exists ledger (operation text, n int)');
    const run = await bench.run({
      async run(op) {
        await op.transaction('book', async (sql) => {
          await sql.query('insert into ledger values ($1, $2)', [op.id, op.attempt]);
        });
        if (op.attempt < 3) throw new Error('Again.');
        return op.transaction('count', async (sql) => {
          const { rows } = await sql.query<{ n: number }>(
            'select count(*)::int as n from ledger where operation = $1',
            [op.id],
          );
          return rows[0]?.n;
        });
      },
    });
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '1' });
  });

  test('that throws leaves nothing behind', async () => {
    await bench.query('create table if not exists ledger (operation text, n int)');
    const run = await bench.run({
      retry: { maxAttempts: 2, initialDelayMs: 1 },
      run: (op) =>
        op.transaction('book', async (sql) => {
          await sql.query('insert into ledger values ($1, 0)', [op.id]);
          throw new Error('After the insert.');
        }),
    });
    expect(await run.ended()).toMatchObject({ status: 'failed' });
    expect(await bench.query('select 1 from ledger where operation = $1', [run.id])).toEqual([]);
  });

  test('of many operations at once leaves connections for heartbeats and claims', async () => {
    const runs = await Promise.all(
      Array.from({ length: 12 }, () =>
        bench.run({
          run: (op) => op.transaction('slow', async (sql) => void (await sql.query('select pg_sleep(0.3)'))),
        }),
      ),
    );
    const ended = await Promise.all(runs.map((run) => run.ended()));
    expect(ended.map(({ status, attempt }) => ({ status, attempt }))).toEqual(
      runs.map(() => ({ status: 'succeeded', attempt: 1 })),
    );
  });
});
