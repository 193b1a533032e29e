import { createDataSource, poolOf, PostgresStore } from '@holdfast/store';
import { freshDatabase, until } from '@holdfast/testkit';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from '@jest/globals';
import type { DataSource } from 'typeorm';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let store: PostgresStore;

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  dataSource = await createDataSource({ url: database.url, poolMax: 3 }).initialize();
  store = new PostgresStore(dataSource);
});
afterEach(() => dataSource.destroy());
afterAll(() => database.drop());

describe('a connection', () => {
  test('that the server ends while somebody has it, with nothing under way, ends no process', async () => {
    const pool = poolOf(dataSource);
    const taken = await pool.connect();
    const { rows } = await taken.query<{ pid: number }>('select pg_backend_pid() as pid');
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await until(async () => {
      const { rows: left } = await pool.query('select 1 from pg_stat_activity where pid = $1', [rows[0]?.pid]);
      return left.length === 0;
    });
    await expect(taken.query('select 1')).rejects.toThrow();
    taken.release(true);
    expect(await store.find('nobody', '0193a5f0-0000-7000-8000-000000000000')).toBeNull();
  });
});

const held = { shard: 0, uuid: '0193a5f0-0000-7000-8000-000000000000', fence: 1 };
const done = { finished: true, output: null, error: null, dueInMs: null, childUuid: null, signalSequence: null };

// A checkpoint is repeated after a refusal; any other error would be taken for one of the handler, and cost an attempt.
describe('a read or a checkpoint that somebody is in the way of', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['by id', () => store.find('nobody', '0193a5f0-0000-7000-8000-000000000000')],
    ['by key', () => store.findByKey('nobody', 'x')],
    ['of a history', () => store.history('nobody', '0193a5f0-0000-7000-8000-000000000000')],
    ['of steps', () => store.steps.loadSteps(held)],
    ['of a step', () => store.steps.recordStep({ ...held, ...done, kind: 'step', name: 'first', ordinal: 0 })],
  ])('is refused for now, and not at fault: %s', async (_, read) => {
    const holder = await poolOf(dataSource).connect();
    await holder.query('begin; lock table holdfast.operations, holdfast.operation_steps in access exclusive mode');
    try {
      await expect(read()).rejects.toMatchObject({ slug: 'overloaded', context: { retryAfterSeconds: 1 } });
    } finally {
      await holder.query('rollback');
      holder.release();
    }
  });
});
