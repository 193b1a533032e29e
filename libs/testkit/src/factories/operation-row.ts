import {
  fingerprintOf,
  INITIAL_STATUS,
  isTerminal,
  newUuid,
  shardOf,
  type Status,
  type WaitingReason,
} from '@holdfast/kernel';
import type { Pool } from 'pg';

/** What a seeded row may be told to be; everything else has a legal value for its status. */
export interface RowSeed {
  readonly status?: Status;
  readonly tenant?: string;
  readonly type?: string;
  readonly key?: string;
  readonly fence?: number;
  readonly attempt?: number;
  readonly maxAttempts?: number;
  readonly lost?: number;
  readonly maxLost?: number;
  readonly priority?: number;
  readonly leaseOwner?: string;
  readonly waitingFor?: WaitingReason;
  readonly cancelRequested?: boolean;
  /** Seconds from now at which it is due; negative for the past. */
  readonly runAtIn?: number;
  /** Seconds from now until the deadline; negative for the past. */
  readonly deadlineIn?: number;
  readonly input?: unknown;
  readonly result?: unknown;
  readonly queued?: boolean;
}

export interface SeededRow {
  readonly uuid: string;
  readonly shard: number;
  readonly tenant: string;
  readonly type: string;
  readonly key: string;
  readonly fence: number;
  readonly leaseOwner: string;
}

let seeded = 0;

/** A word no other seed of this process has. */
export function unique(prefix: string): string {
  seeded += 1;
  return `${prefix}-${process.pid}-${seeded}-${Date.now().toString(36)}`;
}

export function someWorkerId(): string {
  return newUuid(Date.now(), 0);
}

/** Puts one operation with its key, its deadline and, unless told otherwise, a due entry into the tables. */
export async function seedRow(pool: Pool, seed: RowSeed = {}): Promise<SeededRow> {
  const status = seed.status ?? INITIAL_STATUS;
  const tenant = seed.tenant ?? unique('tenant');
  const type = seed.type ?? unique('type');
  const key = seed.key ?? unique('key');
  const fence = seed.fence ?? (status === INITIAL_STATUS ? 0 : 1);
  const leaseOwner = seed.leaseOwner ?? someWorkerId();
  const shard = shardOf(tenant, key);
  const uuid = newUuid(Date.now(), shard);
  const request = JSON.stringify({ ...(seed.input === undefined ? {} : { input: seed.input }), type });
  const terminal = isTerminal(status);
  const error = JSON.stringify({ code: 'seeded', message: 'Seeded.', retryable: true, effect: 'unknown' });
  const due = `now() + ${seed.runAtIn ?? -1} * interval '1 second'`;
  await pool.query(
    `insert into holdfast.operations
       (shard, id, tenant, type, id_prefix, status, fence, attempt, max_attempts, lost, max_lost, priority, run_at,
        lease_owner, claimed_at, started_at, finished_at, cancel_requested_at, deadline, replay_window_ms,
        idempotency_key, waiting_for, request, result, error)
     values ($1, $2, $3, $4, 'opn', $5, $6, $7, $8, $9, $10, $11, ${due},
        $12, case when $6 > 0 then now() end, case when $6 > 0 then now() end, case when $13 then now() end,
        case when $14 then now() end, now() + $15 * interval '1 second', 2592000000, $16, $17, $18, $19, $20)`,
    [
      shard,
      uuid,
      tenant,
      type,
      status,
      fence,
      seed.attempt ?? (fence > 0 ? 1 : 0),
      seed.maxAttempts ?? 5,
      seed.lost ?? 0,
      seed.maxLost ?? 5,
      seed.priority ?? 0,
      status === 'running' ? leaseOwner : null,
      terminal,
      seed.cancelRequested ?? false,
      seed.deadlineIn ?? null,
      key,
      seed.waitingFor ?? null,
      request,
      status === 'succeeded' ? JSON.stringify(seed.result ?? { seeded: true }) : null,
      status === 'failed' || status === 'canceled' ? error : null,
    ],
  );
  await pool.query(
    `insert into holdfast.idempotency_keys
       (shard, tenant, key, operation_id, id_prefix, fingerprint, fingerprint_version)
     values ($1, $2, $3, $4, 'opn', $5, 1)`,
    [shard, tenant, key, uuid, fingerprintOf(request)],
  );
  if (status === 'failed' || status === 'canceled') await listAsUnsuccessful(pool, { shard, uuid });
  await seedDueTimes(pool, { shard, uuid }, seed.queued ?? true);
  return { uuid, shard, tenant, type, key, fence, leaseOwner };
}

/** Writes down that it ended without success, as the statement that ends one does. */
export async function listAsUnsuccessful(pool: Pool, row: Pick<SeededRow, 'shard' | 'uuid'>): Promise<void> {
  await pool.query(
    `insert into holdfast.unsuccessful_operations (tenant, status, id, shard)
     select tenant, status, id, shard from holdfast.operations where shard = $1 and id = $2
     on conflict do nothing`,
    [row.shard, row.uuid],
  );
}

async function seedDueTimes(
  pool: Pool,
  { shard, uuid }: Pick<SeededRow, 'shard' | 'uuid'>,
  queued: boolean,
): Promise<void> {
  if (queued) {
    await pool.query(
      `insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
       select lane, -priority, run_at, shard, id from holdfast.operations where shard = $1 and id = $2`,
      [shard, uuid],
    );
  }
  await pool.query(
    `insert into holdfast.operation_deadlines (deadline, shard, id)
     select deadline, shard, id from holdfast.operations where shard = $1 and id = $2 and deadline is not null`,
    [shard, uuid],
  );
}

/** The whole row as PostgreSQL prints it: equal before and after means byte-identical. */
export async function rowText(pool: Pool, row: Pick<SeededRow, 'shard' | 'uuid'>): Promise<string> {
  const { rows } = await pool.query<{ text: string }>(
    'select o::text as text from holdfast.operations o where shard = $1 and id = $2',
    [row.shard, row.uuid],
  );
  return rows[0]?.text ?? 'gone';
}

/** Puts a worker into its table; a negative `leaseForSeconds` makes its lease over. */
export async function seedWorker(pool: Pool, leaseForSeconds: number, id = someWorkerId()): Promise<string> {
  await pool.query(
    `insert into holdfast.workers (id, name, types, concurrency, lease_until)
     values ($1, 'seeded', '{}', 1, now() + $2 * interval '1 second')`,
    [id, leaseForSeconds],
  );
  return id;
}

/** Writes down that a worker claimed these operations, as a claim does. */
export async function seedClaim(pool: Pool, workerId: string, rows: readonly SeededRow[]): Promise<void> {
  await pool.query(`insert into holdfast.operation_claims (worker_id, batch, shards, ids) values ($1, 1, $2, $3)`, [
    workerId,
    rows.map((row) => row.shard),
    rows.map((row) => row.uuid),
  ]);
}
