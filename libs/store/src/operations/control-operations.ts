import {
  canceledError,
  ENGINE_ERROR_CODES,
  type Operation,
  type ResumeOutcome,
  type ResumeRequest,
  shardOfUuid,
  sourcesOf,
  type StepDecision,
} from '@holdfast/kernel';
import type { DataSource } from 'typeorm';
import { isUniqueViolation } from '../statements/database-error.js';
import type { Executor } from '../statements/executor.js';
import { withOperationLocked } from './locked-operation.js';
import { type OperationRow, toOperation } from './operation-row.js';

/** Cancels or records the request; null when there was nothing to change. */
export async function cancelOperation(executor: Executor, tenant: string, uuid: string): Promise<Operation | null> {
  const [row] = await executor.run<OperationRow>('cancel', {
    shard: shardOfUuid(uuid),
    id: uuid,
    tenant,
    error_never_ran: JSON.stringify(canceledError('none')),
    error_ran: JSON.stringify(canceledError('unknown')),
  });
  return row ? toOperation(row) : null;
}

/** Resumes a failed operation; null when the guard said no. */
export async function resumeOperation(dataSource: DataSource, request: ResumeRequest): Promise<Operation | null> {
  const { tenant, uuid } = request;
  try {
    return await withOperationLocked(dataSource, { tenant, uuid, statuses: sourcesOf('resume') }, (executor) =>
      resumeLocked(executor, request),
    );
  } catch (error) {
    // The same key resumed it at the same moment: the statement took nothing back but its own doing.
    if (isUniqueViolation(error)) return null;
    throw error;
  }
}

async function resumeLocked(executor: Executor, request: ResumeRequest): Promise<Operation | null> {
  const [row] = await executor.run<OperationRow>('resume', {
    shard: shardOfUuid(request.uuid),
    id: request.uuid,
    tenant: request.tenant,
    pending: 'pending',
    failed: 'failed',
    canceled: 'canceled',
    worker_lost: ENGINE_ERROR_CODES.workerLost,
    restored: ENGINE_ERROR_CODES.restored,
    extra_attempts: request.extraAttempts,
    keep_deadline: request.deadline === undefined,
    deadline: request.deadline ?? null,
    version: request.version,
    key: request.key,
    reason: request.reason,
    trace_parent: request.traceParent ?? null,
    from_step: request.fromStep ?? null,
    decision: decisionText(request.decision ?? null),
    decided_step: request.decision?.step ?? null,
    decided_not_done: request.decision?.outcome === 'not-done',
    decided_result: request.decision?.result ?? null,
  });
  return row ? toOperation(row) : null;
}

/** Why the guard of a resume said no, told from the operation as it is now. */
export async function whyNotResumed(
  executor: Executor,
  request: ResumeRequest,
  operation: Operation,
): Promise<Exclude<ResumeOutcome, 'resumed'>> {
  if (request.key !== null) {
    const used = await executor.run('resume-used', {
      shard: operation.shard,
      id: operation.uuid,
      key: request.key,
    });
    if (used.length > 0) return 'already-used';
  }
  if (operation.status !== 'failed') return 'not-failed';
  if (request.version !== null && request.version !== operation.version) return 'version-differs';
  return (await wrongStep(executor, request, operation)) ?? 'deadline-over';
}

/** Which of the steps that a resume names is not what the caller takes it for; null when all are. */
async function wrongStep(
  executor: Executor,
  { fromStep = null, decision = null }: ResumeRequest,
  { shard, uuid }: Operation,
): Promise<'step-unknown' | 'step-not-undecided' | null> {
  if (fromStep === null && decision === null) return null;
  const [found] = await executor.run<{ from_known: boolean; undecided: boolean }>('resume-steps', {
    shard,
    id: uuid,
    from_step: fromStep,
    decided_step: decision?.step ?? null,
  });
  if (fromStep !== null && !found?.from_known) return 'step-unknown';
  return decision !== null && !found?.undecided ? 'step-not-undecided' : null;
}

/** The decision for the audit trail; its result is JSON text already. */
function decisionText(decision: StepDecision | null): string | null {
  if (decision === null) return null;
  const { step, outcome, result } = decision;
  return `{"step":${JSON.stringify(step)},"outcome":"${outcome}"${result == null ? '' : `,"result":${result}`}}`;
}
