import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ResumeRequest } from '@holdfast/kernel';
import { createDataSource, poolOf, PostgresStore } from '@holdfast/store';
import { rowText, seedRow, type SeededRow, testDatabase, unique } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

let dataSource: DataSource;
let store: PostgresStore;

beforeAll(async () => {
  const { url } = await testDatabase();
  dataSource = await createDataSource({ url, poolMax: 6 }).initialize();
  store = new PostgresStore(dataSource);
});

afterAll(() => dataSource.destroy());

function resume(row: SeededRow, told: Partial<ResumeRequest> = {}) {
  const request = { key: null, reason: null, deadline: undefined, version: null, extraAttempts: 5 };
  return store.resume({ tenant: row.tenant, uuid: row.uuid, ...request, ...told });
}

async function failAgain(row: SeededRow): Promise<void> {
  await poolOf(dataSource).query(
    `update holdfast.operations set status = 'failed', finished_at = now(), version = version + 1,
            error = '{"code":"again","message":"Again.","retryable":true,"effect":"none"}'
      where id = $1`,
    [row.uuid],
  );
}

describe('a resume', () => {
  test('gives the policy’s attempts on top, takes the next number, and clears what ended it', async () => {
    const row = await seedRow(poolOf(dataSource), { status: 'failed', fence: 5, attempt: 5, lost: 2 });
    expect(await resume(row)).toMatchObject({
      outcome: 'resumed',
      operation: { status: 'pending', attempt: 6, maxAttempts: 10, error: null, finishedAt: null },
    });
  });

  test('with one key never resumes twice, not even after the operation failed again', async () => {
    const row = await seedRow(poolOf(dataSource), { status: 'failed' });
    const key = unique('resume');
    expect(await resume(row, { key })).toMatchObject({ outcome: 'resumed' });
    expect(await resume(row, { key })).toMatchObject({ outcome: 'already-used' });
    await failAgain(row);
    const before = await rowText(poolOf(dataSource), row);
    expect(await resume(row, { key })).toMatchObject({ outcome: 'already-used', operation: { status: 'failed' } });
    expect(await rowText(poolOf(dataSource), row)).toBe(before);
    expect(await resume(row, { key: unique('resume') })).toMatchObject({ outcome: 'resumed' });
  });

  test('asked for twenty times at once happens once', async () => {
    const row = await seedRow(poolOf(dataSource), { status: 'failed' });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => resume(row)));
    expect(outcomes.filter((answer) => answer?.outcome === 'resumed')).toHaveLength(1);
    expect(outcomes.filter((answer) => answer?.outcome === 'not-failed')).toHaveLength(19);
  });

  test('is refused when the version differs or the deadline is over, and a new deadline lifts that', async () => {
    const row = await seedRow(poolOf(dataSource), { status: 'failed', deadlineIn: -5 });
    expect(await resume(row, { version: 99 })).toMatchObject({ outcome: 'version-differs' });
    expect(await resume(row)).toMatchObject({ outcome: 'deadline-over' });
    const deadline = new Date(Date.now() + 3_600_000);
    expect(await resume(row, { deadline, version: 1 })).toMatchObject({ outcome: 'resumed', operation: { deadline } });
  });

  test('writes down who asked and why', async () => {
    const row = await seedRow(poolOf(dataSource), { status: 'failed' });
    await resume(row, { key: 'ticket-7', reason: 'The bank is back.' });
    const { rows } = await poolOf(dataSource).query(
      'select key, reason from holdfast.operation_resumes where operation_id = $1',
      [row.uuid],
    );
    expect(rows).toEqual([{ key: 'ticket-7', reason: 'The bank is back.' }]);
  });
});
