import { randomUUID } from 'node:crypto';
import { type OperationError, parseTypeId, shardOfUuid } from '@holdfast/kernel';
import type { Pool } from 'pg';
import { listAsUnsuccessful } from '../factories/operation-row.js';

/* Moves operations as a worker, a sweep or a purge would, where no test wants to run one. */

export const SOME_ERROR: OperationError = {
  code: 'card_declined',
  message: 'The card was declined.',
  retryable: false,
  effect: 'none',
};

const QUEUE_GOES = 'delete from holdfast.operation_queue where shard = $1 and id = $2';

/** The UUID behind a TypeID. */
export function uuidBehind(id: string): string {
  const parsed = parseTypeId(id);
  if (!parsed) throw new TypeError(`${id} is no TypeID`);
  return parsed.uuid;
}

/** A worker claims it. */
export async function moveToRunning(pool: Pool, id: string): Promise<void> {
  const workerId = randomUUID();
  await move(
    pool,
    id,
    `status = 'running', lease_owner = $3, fence = fence + 1, attempt = attempt + 1, waiting_for = null,
     claimed_at = now(), started_at = coalesce(started_at, now())`,
    [workerId],
  );
  const uuid = uuidBehind(id);
  await pool.query('insert into holdfast.operation_claims (worker_id, batch, shards, ids) values ($1, 1, $2, $3)', [
    workerId,
    [shardOfUuid(uuid)],
    [uuid],
  ]);
}

/** Its handler returns `result`, or nothing. */
export async function moveToSucceeded(pool: Pool, id: string, result?: unknown): Promise<void> {
  const text = result === undefined ? null : JSON.stringify(result);
  await moveToEnd(pool, id, `status = 'succeeded', result = $3::json`, text);
}

export async function moveToFailed(pool: Pool, id: string, error: OperationError = SOME_ERROR): Promise<void> {
  await moveToEnd(pool, id, `status = 'failed', error = $3::json, last_error = $3::json`, JSON.stringify(error));
  const uuid = uuidBehind(id);
  await listAsUnsuccessful(pool, { shard: shardOfUuid(uuid), uuid });
}

export async function reportProgress(pool: Pool, id: string, progress: unknown): Promise<void> {
  await update(pool, id, 'progress = $3::json', [JSON.stringify(progress)]);
}

/** Its deadline is over, whatever it was. */
export async function passDeadline(pool: Pool, id: string): Promise<void> {
  await update(pool, id, `deadline = now() - interval '1 minute'`, []);
}

/** Only the tombstone is left. */
export async function purge(pool: Pool, id: string): Promise<void> {
  const uuid = uuidBehind(id);
  const at = [shardOfUuid(uuid), uuid];
  await pool.query(
    `update holdfast.idempotency_keys k set purged_at = now(), final_status = o.status
       from holdfast.operations o
      where o.shard = $1 and o.id = $2 and k.shard = o.shard and k.tenant = o.tenant and k.key = o.idempotency_key`,
    at,
  );
  await pool.query('delete from holdfast.operations where shard = $1 and id = $2', at);
}

async function moveToEnd(pool: Pool, id: string, set: string, parameter: string | null): Promise<void> {
  const rest = 'lease_owner = null, waiting_for = null, started_at = coalesce(started_at, now()), finished_at = now()';
  await move(pool, id, `${set}, ${rest}, attempt = greatest(attempt, 1)`, [parameter]);
}

async function move(pool: Pool, id: string, set: string, parameters: readonly unknown[]): Promise<void> {
  const uuid = uuidBehind(id);
  await pool.query(QUEUE_GOES, [shardOfUuid(uuid), uuid]);
  await update(pool, id, set, parameters);
}

async function update(pool: Pool, id: string, set: string, parameters: readonly unknown[]): Promise<void> {
  const uuid = uuidBehind(id);
  const { rowCount } = await pool.query(
    `update holdfast.operations set ${set}, version = version + 1, updated_at = now() where shard = $1 and id = $2`,
    [shardOfUuid(uuid), uuid, ...parameters],
  );
  if (rowCount !== 1) throw new Error(`there is no operation ${id}`);
}
