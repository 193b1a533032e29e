import { shardOfUuid, type StepKind } from '@holdfast/kernel';
import type { Pool } from 'pg';
import { uuidBehind } from './move-row.js';

/* Writes what a worker would have remembered of an operation, where no test wants to run one. */

/** A step as a test tells it; ages are ms before now. */
export interface StepSeed {
  readonly name: string;
  readonly kind?: StepKind;
  readonly ordinal?: number;
  readonly fence?: number;
  /** When it began; the same as its end when absent. */
  readonly startedAgo?: number;
  /** When it ended; null for one that has not. */
  readonly finishedAgo?: number | null;
  /** Ms from now until it is due. */
  readonly dueIn?: number;
  readonly output?: unknown;
  readonly error?: object;
}

export async function seedStep(pool: Pool, id: string, seed: StepSeed): Promise<void> {
  const uuid = uuidBehind(id);
  const finishedAgo = seed.finishedAgo === undefined ? 0 : seed.finishedAgo;
  await pool.query(
    `insert into holdfast.operation_steps
       (shard, operation_id, kind, name, ordinal, fence, started_at, finished_at, due_at, output, error)
     values ($1, $2, $3, $4, $5, $6, now() - $7 * interval '1 ms', now() - $8 * interval '1 ms',
             now() + $9 * interval '1 ms', $10, $11)`,
    [
      shardOfUuid(uuid),
      uuid,
      seed.kind ?? 'step',
      seed.name,
      seed.ordinal ?? 0,
      seed.fence ?? 1,
      seed.startedAgo ?? finishedAgo ?? 0,
      finishedAgo,
      seed.dueIn ?? null,
      seed.output === undefined ? null : JSON.stringify(seed.output),
      seed.error === undefined ? null : JSON.stringify(seed.error),
    ],
  );
}

export interface AttemptSeed {
  readonly number: number;
  readonly fence: number;
  /** Event of the lifecycle table that ended it. */
  readonly outcome: string;
  readonly endedAgo: number;
  readonly error?: object;
}

/** An attempt that ended without success, a second after it began. */
export async function seedAttempt(pool: Pool, id: string, seed: AttemptSeed): Promise<void> {
  const uuid = uuidBehind(id);
  await pool.query(
    `insert into holdfast.operation_attempts
       (shard, operation_id, fence, number, started_at, ended_at, outcome, error)
     values ($1, $2, $3, $4, now() - ($5 + 1000) * interval '1 ms', now() - $5 * interval '1 ms', $6, $7)`,
    [
      shardOfUuid(uuid),
      uuid,
      seed.fence,
      seed.number,
      seed.endedAgo,
      seed.outcome,
      seed.error === undefined ? null : JSON.stringify(seed.error),
    ],
  );
}

/** Moves the times of an operation's row into the past, so that what is seeded lies between them. */
export async function backdate(pool: Pool, id: string, ms: number): Promise<void> {
  const uuid = uuidBehind(id);
  await pool.query(
    `update holdfast.operations
        set created_at = created_at - $3 * interval '1 ms', started_at = started_at - $3 * interval '1 ms'
      where shard = $1 and id = $2`,
    [shardOfUuid(uuid), uuid, ms],
  );
}

/** Rows of each table that still belong to an operation. */
export async function rowsLeft(pool: Pool, id: string): Promise<Record<string, number>> {
  const uuid = uuidBehind(id);
  const left: Record<string, number> = {};
  for (const name of ['steps', 'attempts', 'signals', 'requests', 'resumes']) {
    const { rows } = await pool.query<{ count: string }>(
      `select count(*) from holdfast.operation_${name} where operation_id = $1`,
      [uuid],
    );
    left[name] = Number(rows[0]?.count);
  }
  return left;
}
