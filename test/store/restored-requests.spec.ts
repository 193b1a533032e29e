import { hash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type KeptAnswer, type RequestHeld, type RequestToRun, shardOf } from '@holdfast/kernel';
import { createDataSource, holdRestored, PostgresRequestStore } from '@holdfast/store';
import { freshDatabase } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

const ANSWER: KeptAnswer = { status: 201, headers: {}, body: Buffer.from('done') };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let store: PostgresRequestStore;

beforeAll(async () => {
  database = await freshDatabase();
  // By its name it is none of the processes that have to be stopped first.
  dataSource = await createDataSource({ url: database.url, applicationName: 'bystander' }).initialize();
  store = new PostgresRequestStore(dataSource);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** One that runs again by itself when its process dies. */
function request(key: string): RequestToRun {
  const [shard, scope] = [shardOf('ann', key), 'ann'];
  const times = { leaseMs: 60_000, windowMs: 60_000 };
  return { shard, scope, key, fingerprint: hash('sha256', key, 'buffer'), request: null, reruns: true, ...times };
}

test('a restore leaves no request to a route to run again that may have been answered since', async () => {
  const [held, given, answered] = (await Promise.all(
    ['held', 'given back', 'answered'].map((key) => store.begin(request(key))),
  )) as [RequestHeld, RequestHeld, RequestHeld];
  await store.release(given);
  await store.finish(answered, ANSWER);
  await holdRestored(database.url);
  expect(await store.begin(request(given.key))).toBeNull();
  expect(await store.find(given)).toMatchObject({ answer: null, leftBehind: true, reruns: false });
  expect(await store.find(held)).toMatchObject({ answer: null, reruns: false });
  expect((await store.find(answered))?.answer).toEqual(ANSWER);
});
