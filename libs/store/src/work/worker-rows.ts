import type { HeldOperation, HeldState, WorkerRegistration } from '@holdfast/kernel';
import { columns } from '../batch/columns.js';
import type { Executor } from '../statements/executor.js';
import { applied, fenced } from './settle-operations.js';

export async function registerWorker(executor: Executor, registration: WorkerRegistration): Promise<void> {
  await executor.run('register-worker', {
    worker_id: registration.workerId,
    name: registration.name,
    types: registration.types,
    lanes: registration.lanes,
    concurrency: registration.concurrency,
    lease_ms: registration.leaseMs,
  });
}

/** False when the worker was declared lost. */
export async function renewWorker(
  executor: Executor,
  workerId: string,
  leaseMs: number,
  finishedBatches: readonly number[],
): Promise<boolean> {
  const rows = await executor.run('renew-worker', {
    worker_id: workerId,
    lease_ms: leaseMs,
    finished_batches: finishedBatches,
  });
  return rows.length > 0;
}

export async function inspectHeld(executor: Executor, held: readonly HeldOperation[]): Promise<HeldState[]> {
  if (held.length === 0) return [];
  const rows = await executor.run<{ id: string; fence: number; held: boolean; cancel_requested: boolean }>(
    'inspect-held',
    fenced(held),
  );
  return rows.map((row) => ({
    uuid: row.id,
    fence: row.fence,
    held: row.held,
    cancelRequested: row.cancel_requested,
  }));
}

export interface ProgressReport extends HeldOperation {
  readonly progress: string;
}

export async function recordProgress(executor: Executor, reports: readonly ProgressReport[]): Promise<boolean[]> {
  const rows = await executor.run<{ id: string; fence: number }>('record-progress', {
    ...fenced(reports),
    ...columns(reports, { progress: (report) => report.progress }),
  });
  return applied(reports, rows);
}
