import { describe, expect, test } from '@jest/globals';
import { type Clock, Refusal, silentLog } from '@holdfast/kernel';
import { DrainFlag } from '../lifecycle/drain-flag.js';
import { readyAnswer } from './health-report.js';
import { HoldfastHealth } from './holdfast-health.js';

/** Health over a database that the test moves, at a time the test moves. */
function setup() {
  let now = 0;
  const timers = new Set<{ at: number; fn: () => void }>();
  const clock: Clock = {
    wallMs: () => now,
    monotonicMs: () => now,
    after(ms, fn) {
      const timer = { at: now + ms, fn };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const pass = (ms: number) => {
    now += ms;
    for (const timer of timers) if (timer.at <= now) timer.fn();
  };
  const database = { asked: 0, ready: (): Promise<void> => Promise.resolve() };
  const drain = new DrainFlag();
  const store = {
    ready: () => {
      database.asked += 1;
      return database.ready();
    },
  };
  return { database, drain, pass, timers, health: new HoldfastHealth(store, drain, clock, silentLog) };
}

describe('readiness', () => {
  test('is given while the database answers and its schema fits', async () => {
    const { health, timers } = setup();
    const report = await health.ready();
    expect(report).toMatchObject({ ready: true, checks: { database: 'up', migrations: 'current', draining: false } });
    expect(readyAnswer(report, 'http://h')).toMatchObject({ status: 200 });
    expect(timers.size).toBe(0);
  });

  test('is refused with 503 and a problem document when the database is away, and comes back with it', async () => {
    const { health, database, pass } = setup();
    database.ready = () => Promise.reject(new Refusal('database-unavailable'));
    const answer = readyAnswer(await health.ready(), 'http://h');
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(JSON.parse(answer.body)).toMatchObject({
      type: 'http://h/errors/database-unavailable',
      status: 503,
      error: { code: 'database_unavailable' },
      checks: { database: 'down', draining: false },
    });
    database.ready = () => Promise.resolve();
    pass(1_001);
    expect((await health.ready()).ready).toBe(true);
  });

  test('is refused when the schema does not fit', async () => {
    const { health, database } = setup();
    database.ready = () => Promise.reject(new Error('older'));
    expect((await health.ready()).checks).toEqual({ database: 'up', migrations: 'unfit', draining: false });
  });

  test('is refused when the database takes too long to answer', async () => {
    const { health, database, pass } = setup();
    database.ready = () => new Promise(() => undefined);
    const report = health.ready();
    pass(3_000);
    expect((await report).checks.database).toBe('down');
  });

  test('is refused at once while draining, also when an answer was already on its way', async () => {
    const { health, drain, database } = setup();
    const early = health.ready();
    drain.raise();
    expect((await early).ready).toBe(false);
    const asked = database.asked;
    const report = await health.ready();
    expect(report).toMatchObject({ ready: false, checks: { draining: true } });
    expect(JSON.parse(readyAnswer(report, 'http://h').body)).toMatchObject({ error: { code: 'draining' } });
    expect(database.asked).toBe(asked);
  });

  test('asks the database once a second, however many probes come', async () => {
    const { health, database, pass } = setup();
    await Promise.all(Array.from({ length: 50 }, () => health.ready()));
    expect(database.asked).toBe(1);
    pass(1_001);
    await health.ready();
    expect(database.asked).toBe(2);
  });
});
