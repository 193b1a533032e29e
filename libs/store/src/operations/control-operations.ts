import { canceledError, type Operation, type ResumeOutcome, type ResumeRequest, shardOfUuid } from '@holdfast/kernel';
import { isUniqueViolation } from '../statements/database-error.js';
import type { Executor } from '../statements/executor.js';
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
export async function resumeOperation(executor: Executor, request: ResumeRequest): Promise<Operation | null> {
  try {
    const [row] = await executor.run<OperationRow>('resume', {
      shard: shardOfUuid(request.uuid),
      id: request.uuid,
      tenant: request.tenant,
      pending: 'pending',
      failed: 'failed',
      extra_attempts: request.extraAttempts,
      keep_deadline: request.deadline === undefined,
      deadline: request.deadline ?? null,
      version: request.version,
      key: request.key,
      reason: request.reason,
      from_step: request.fromStep ?? null,
      decision: request.decision ? JSON.stringify(request.decision) : null,
      decided_step: request.decision?.step ?? null,
      decided_not_done: request.decision?.outcome === 'not-done',
      decided_result: request.decision?.result ?? null,
    });
    return row ? toOperation(row) : null;
  } catch (error) {
    // The same key resumed it at the same moment: the statement took nothing back but its own doing.
    if (isUniqueViolation(error)) return null;
    throw error;
  }
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
  return 'deadline-over';
}
