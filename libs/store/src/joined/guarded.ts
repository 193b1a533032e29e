import type { ClientBase, QueryResult } from 'pg';

/** How long a statement of ours may wait for a lock in somebody else's transaction, in ms. */
const LOCK_WAIT_MS = 1_000;

/** The last one on each connection, settled or not. Never rejects. */
const turns = new WeakMap<ClientBase, Promise<unknown>>();

/**
 * Runs a statement of ours in somebody else's transaction so that its failure is not theirs: behind a savepoint, and
 * with a bound on waiting for locks, because their connection may wait without one. Both are gone afterwards. Callers
 * who come at once take turns: between two savepoints that overlap, one's failure would be everybody's.
 */
export function guarded<Result>(client: ClientBase, run: () => Promise<Result>): Promise<Result> {
  const turn = (turns.get(client) ?? Promise.resolve()).then(() => behindSavepoint(client, run));
  turns.set(
    client,
    turn.catch(() => undefined),
  );
  return turn;
}

async function behindSavepoint<Result>(client: ClientBase, run: () => Promise<Result>): Promise<Result> {
  // Several statements in one text are one round trip, and answered one by one.
  const opened = (await client.query(
    `show lock_timeout; savepoint holdfast; set local lock_timeout = ${LOCK_WAIT_MS}`,
  )) as unknown as readonly QueryResult<{ lock_timeout: string }>[];
  const before = opened[0]?.rows[0]?.lock_timeout ?? '0';
  try {
    const result = await run();
    await client.query(`release savepoint holdfast; set local lock_timeout = '${before}'`);
    return result;
  } catch (error) {
    // What was set since the savepoint goes with it. A connection that is lost has nothing to go back to.
    await client.query('rollback to savepoint holdfast; release savepoint holdfast').catch(() => undefined);
    throw error;
  }
}
