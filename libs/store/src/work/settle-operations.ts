import { canceledError, edgesFor, type Settlement, type SettlementRequest, targetOf } from '@holdfast/kernel';
import { columns } from '../batch/columns.js';
import type { Executor } from '../statements/executor.js';

type Finish = SettlementRequest & { settlement: Exclude<Settlement, { event: 'retry' | 'suspend' }> };
type Requeue = SettlementRequest & { settlement: Extract<Settlement, { event: 'retry' | 'suspend' }> };

interface FencedRow {
  readonly id: string;
  readonly fence: number;
}

export function isRequeue(request: SettlementRequest): request is Requeue {
  return request.settlement.event === 'retry' || request.settlement.event === 'suspend';
}

/** Ends attempts for good; false for each whose fence did not match. */
export async function finishOperations(executor: Executor, requests: readonly Finish[]): Promise<boolean[]> {
  const rows = await executor.run<FencedRow>('finish', {
    ...fenced(requests),
    ...columns(requests, {
      events: ({ settlement }) => settlement.event,
      targets: ({ settlement }) => targetOf(settlement.event),
      results: ({ settlement }) => (settlement.event === 'succeed' ? settlement.result : null),
      errors: ({ settlement }) => ('error' in settlement ? JSON.stringify(settlement.error) : null),
    }),
  });
  return applied(requests, rows);
}

/** Gives operations back to wait; false for each whose fence did not match. */
export async function requeueOperations(executor: Executor, requests: readonly Requeue[]): Promise<boolean[]> {
  const rows = await executor.run<FencedRow>('requeue', {
    ...fenced(requests),
    ...columns(requests, {
      events: ({ settlement }) => settlement.event,
      errors: ({ settlement }) => ('error' in settlement ? JSON.stringify(settlement.error) : null),
      delays_ms: ({ settlement }) => settlement.delayMs,
      waiting_for: ({ settlement }) => waitingOf(settlement).reason,
      waiting_names: ({ settlement }) => waitingOf(settlement).name,
      counted: ({ settlement }) => (countsAttempt(settlement.event) ? 1 : 0),
      pokes: ({ settlement }) => (settlement.event === 'suspend' ? (settlement.pokes ?? null) : null),
    }),
    canceled_error: JSON.stringify(canceledError('unknown')),
  });
  return applied(requests, rows);
}

export interface Fenced {
  readonly uuid: string;
  readonly shard: number;
  readonly fence: number;
}

export function fenced(items: readonly Fenced[]): Record<string, unknown> {
  return columns(items, {
    shards: (item) => item.shard,
    ids: (item) => item.uuid,
    fences: (item) => item.fence,
  });
}

/** Which of the items a fenced statement really changed. */
export function applied(items: readonly Fenced[], rows: readonly FencedRow[]): boolean[] {
  const changed = new Set(rows.map((row) => `${row.id} ${row.fence}`));
  return items.map((item) => changed.has(`${item.uuid} ${item.fence}`));
}

function waitingOf(settlement: Requeue['settlement']): { reason: string | null; name: string | null } {
  if (settlement.event === 'retry') return { reason: 'retry', name: null };
  return settlement.waiting ?? { reason: null, name: null };
}

function countsAttempt(event: 'retry' | 'suspend'): boolean {
  return edgesFor('running', event).some((edge) => edge.counts.includes('attempt'));
}
