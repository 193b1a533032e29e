import {
  type Circumstances,
  type EndedAttempt,
  EXPLAIN_LIMITS,
  type HeldLease,
  type PastResume,
  type PastStep,
  shardOfUuid,
} from '@holdfast/kernel';
import { listOf, requestsOf } from '../history/find-histories.js';
import { type OperationRow, toOperation } from '../operations/operation-row.js';
import type { Executor } from '../statements/executor.js';

/** The row of `explain.sql`: lists are JSON text, null when empty. */
interface CircumstancesRow extends OperationRow {
  readonly fence: number;
  readonly lost: number;
  readonly max_lost: number;
  readonly lane: string;
  readonly type_version: string | null;
  readonly compensates: boolean;
  readonly claimed_at: Date | null;
  readonly is_child: boolean;
  readonly as_of: Date;
  readonly is_due: boolean;
  readonly run_at_us: number;
  readonly lease_owner: string | null;
  readonly worker_name: string | null;
  readonly renewed_at: Date | null;
  readonly lease_until: Date | null;
  readonly lease_is_over: boolean;
  readonly is_undoing: boolean;
  readonly open_steps: string | null;
  readonly latest_step: string | null;
  readonly attempts: string | null;
  readonly resumes: string | null;
  readonly created_is_written: boolean;
  readonly requests_written: number;
  readonly requests: string | null;
}

/** What explains one operation, in one statement; null when this tenant has none of that id. */
export async function findCircumstances(
  executor: Executor,
  tenant: string,
  uuid: string,
  request: number | null,
): Promise<Circumstances | null> {
  const [row] = await executor.run<CircumstancesRow>('explain', {
    shard: shardOfUuid(uuid),
    id: uuid,
    tenant,
    request,
    steps_max: EXPLAIN_LIMITS.openSteps,
    attempts_max: EXPLAIN_LIMITS.attempts,
    resumes_max: EXPLAIN_LIMITS.resumes,
    requests_max: EXPLAIN_LIMITS.requests,
    requests_counted_max: EXPLAIN_LIMITS.requestsCounted,
  });
  return row ? toCircumstances(row) : null;
}

function toCircumstances(row: CircumstancesRow): Circumstances {
  const { type, lane, priority, shard, id: uuid } = row;
  return {
    operation: toOperation(row),
    asOf: row.as_of,
    place: { type, lane, rank: -priority, runAt: row.run_at_us, shard, uuid },
    isDue: row.is_due,
    typeVersion: row.type_version,
    fence: row.fence,
    lost: row.lost,
    maxLost: row.max_lost,
    compensates: row.compensates,
    isUndoing: row.is_undoing,
    isChild: row.is_child,
    claimedAt: row.claimed_at,
    lease: leaseOf(row),
    openSteps: listOf<{ step: PastStep; childUuid: string | null }>(row.open_steps).map(({ step, childUuid }) => ({
      ...step,
      childUuid,
    })),
    latestStep: row.latest_step === null ? null : (JSON.parse(row.latest_step) as PastStep & { finishedAt: number }),
    attempts: listOf<EndedAttempt>(row.attempts),
    resumes: listOf<Pick<PastResume, 'requestedAt' | 'reason'>>(row.resumes),
    requests: {
      createdIsWritten: row.created_is_written,
      written: row.requests_written,
      rows: requestsOf(row.requests),
    },
  };
}

function leaseOf(row: CircumstancesRow): HeldLease | null {
  if (row.lease_owner === null) return null;
  const { worker_name: name, renewed_at: renewedAt, lease_until: leaseUntil } = row;
  const worker = name === null || renewedAt === null || leaseUntil === null ? null : { name, renewedAt, leaseUntil };
  return { workerId: row.lease_owner, worker, isOver: row.lease_is_over };
}
