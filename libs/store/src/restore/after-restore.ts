import { restoredError, sourcesOf } from '@holdfast/kernel';
import type { Client } from 'pg';
import { withClient } from '../schema/with-client.js';
import { Executor } from '../statements/executor.js';
import { CLOSE_KEYS, OPEN_KEYS } from './key-lock.js';

/** Further than any fence that can have been given out since the backup. */
const FENCE_LEAP = 1_000_000;

/** What was done to a restored database. */
export interface RestoreReport {
  /** Operations that had not ended, and are now failed until somebody resumes them. */
  readonly held: number;
  /** The last moment the database knows of; what was acknowledged after it is lost. Null when it knows of nothing. */
  readonly knownUntil: Date | null;
}

/** Somebody still works on the database, or keys are closed already. The message says what to do first. */
export class RestoreRefusedError extends Error {
  override readonly name = 'RestoreRefusedError';
}

/**
 * Makes a database safe that was restored to an earlier moment, before any process is started on it: in one transaction,
 * what had not ended is failed with `restored` and of unknown effect, and keys the database does not know are refused
 * until {@link openKeys}. Throws a {@link RestoreRefusedError}, and the driver's errors.
 */
export function holdRestored(url: string): Promise<RestoreReport> {
  return withClient(url, 'holdfast restored', async (client) => {
    const executor = new Executor(client, { prepare: false });
    const [sessions] = await executor.run<{ working: number }>('sessions-at-work', {});
    if (sessions && sessions.working > 0) {
      throw new RestoreRefusedError('Processes of Holdfast work on this database. Stop all of them first.');
    }
    if (await areClosed(client)) throw new RestoreRefusedError('This was done before, and new keys are still refused.');
    return inTransaction(client, async () => {
      await client.query(CLOSE_KEYS);
      const [row] = await executor.run<{ held: number; known_until: Date | null }>('hold-restored', {
        sources: sourcesOf('expire'),
        leap: FENCE_LEAP,
        error: JSON.stringify(restoredError()),
      });
      return { held: row?.held ?? 0, knownUntil: row?.known_until ?? null };
    });
  });
}

/** Lets new keys create operations again; false when they were not refused. */
export function openKeys(url: string): Promise<boolean> {
  return withClient(url, 'holdfast restored', async (client) => {
    const closed = await areClosed(client);
    await client.query(OPEN_KEYS);
    return closed;
  });
}

/** Are keys refused that the database does not know? */
export function keysAreClosed(url: string): Promise<boolean> {
  return withClient(url, 'holdfast doctor', areClosed);
}

async function areClosed(client: Client): Promise<boolean> {
  const [row] = await new Executor(client, { prepare: false }).run<{ closed: boolean }>('keys-closed', {});
  return row?.closed ?? false;
}

async function inTransaction<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
