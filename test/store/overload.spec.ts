import { isRefusal } from '@holdfast/kernel';
import { freshDatabase, newOperation, openTestStore, type TestStore } from '@holdfast/testkit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

/** More than may wait and be in flight. */
const ASKED = 11_000;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let backing: TestStore;

beforeAll(async () => {
  database = await freshDatabase();
  backing = await openTestStore(database.url);
});
afterAll(async () => {
  await backing.close();
  await database.drop();
});

test('what is refused because too much is waiting says when to come back and leaves no row; all the rest is stored', async () => {
  const { store, pool } = backing;
  const blocker = await pool.connect();
  await blocker.query('begin; lock table holdfast.operations in exclusive mode');
  const outcomes = Promise.allSettled(
    Array.from({ length: ASKED }, (_, index) => store.create(newOperation({ tenant: 'ann', key: `key-${index}` }))),
  );
  await new Promise(setImmediate);
  await blocker.query('commit');
  blocker.release();

  const settled = await outcomes;
  const refused = settled.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
  const stored = settled.filter((outcome) => outcome.status === 'fulfilled' && outcome.value !== null).length;
  expect(refused.length).toBeGreaterThan(0);
  for (const reason of refused) {
    expect(isRefusal(reason) && reason.slug).toBe('overloaded');
    expect(isRefusal(reason) && reason.context.retryAfterSeconds).toBe(1);
  }
  expect(stored).toBe(ASKED - refused.length);
  const { rows } = await pool.query('select count(*)::integer as count from holdfast.operations');
  expect(rows).toEqual([{ count: stored }]);
});
