import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS, newUuid } from '@holdfast/kernel';
import { createDataSource, poolOf, PostgresRetentionStore, PostgresStore } from '@holdfast/store';
import { freshDatabase, seedRow } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

const PAGE = readFileSync(new URL('../../../docs/operations/archive.md', import.meta.url), 'utf8');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;

interface Story {
  readonly type: string;
  readonly status?: 'succeeded' | 'failed';
  readonly attempt?: number;
  /** Seconds from the creation to the end. */
  readonly took: number;
  readonly replays?: readonly (string | null)[];
}

const STORIES: readonly Story[] = [
  { type: 'invoice.charge', took: 1 },
  { type: 'invoice.charge', took: 2, attempt: 3, replays: ['timeout', 'timeout'] },
  { type: 'invoice.charge', took: 3, status: 'failed', attempt: 5, replays: [null] },
  { type: 'report.render', took: 60 },
];

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, poolMax: 4 }).initialize();
  for (const story of STORIES) await happened(story);
  const retention = new PostgresRetentionStore(dataSource);
  await retention.keepArchive(365 * DAY_MS);
  let sum = 0;
  for (let atEnd = false; !atEnd;) {
    const { archived, ended } = await retention.purgeExpired(-DAY_MS, 365 * DAY_MS);
    sum += archived;
    atEnd = ended;
  }
  expect(sum).toBe(STORIES.length);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** An operation that ended at one moment yesterday, so that all of them are of one day, and is past its window. */
async function happened({ type, status = 'succeeded', attempt = 1, took, replays = [] }: Story): Promise<void> {
  const row = await seedRow(poolOf(dataSource), { type, status, attempt, queued: false });
  await poolOf(dataSource).query(
    `update holdfast.operations
        set finished_at = ended, created_at = ended - $2 * interval '1 second', replay_window_ms = 1,
            started_at = ended - $2 * interval '0.5 second'
       from (select date_trunc('day', now() - interval '1 day', 'UTC') + interval '6 hours' as ended) e
      where id = $1`,
    [row.uuid, took],
  );
  for (const [index, reason] of replays.entries()) {
    await new PostgresStore(dataSource).logRequest({
      id: newUuid(Date.now(), row.shard),
      operationUuid: row.uuid,
      shard: row.shard,
      outcome: 'replayed',
      clientAttempt: index + 2,
      clientMax: null,
      reason,
      traceParent: null,
    });
  }
}

/** What the query of this name on the page answers. */
async function answerOf(name: string): Promise<Record<string, unknown>[]> {
  const [, text = ''] = new RegExp('```sql\\n-- ' + name + '\\n([^`]+)```').exec(PAGE) ?? [];
  expect(text).not.toBe('');
  return (await poolOf(dataSource).query<Record<string, unknown>>(text)).rows;
}

describe('the page on the archive', () => {
  test('asks how often operations are retried, and how often clients ask again', async () => {
    expect(await answerOf('retries')).toMatchObject([
      {
        type: 'invoice.charge',
        operations: '3',
        retried: '0.6667',
        asked_again: '0.6667',
        duplicates: '3',
        unsuccessful: '0.3333',
      },
      { type: 'report.render', operations: '1', retried: '0.0000', duplicates: '0', unsuccessful: '0.0000' },
    ]);
  });

  test('asks how long they wait and how long they take', async () => {
    expect(await answerOf('durations')).toMatchObject([
      {
        type: 'invoice.charge',
        seconds_until_started: [0.75, 0.975, 0.995],
        seconds_until_finished: [1.5, 1.95, 1.99],
      },
      { type: 'report.render', seconds_until_started: [30, 30, 30], seconds_until_finished: [60, 60, 60] },
    ]);
  });

  test('asks why clients ask again', async () => {
    expect(await answerOf('reasons')).toMatchObject([
      { type: 'invoice.charge', reason: 'timeout', requests: '2', operations: '1', attempts_at_most: 3 },
      { type: 'invoice.charge', reason: 'not told', requests: '1', operations: '1', attempts_at_most: 2 },
    ]);
  });

  test('asks which errors are new', async () => {
    expect(await answerOf('errors')).toMatchObject([{ type: 'invoice.charge', error_code: 'seeded', operations: '1' }]);
  });
});
