import type { KeptAnswer, RequestHeld, RequestId, KnownRequest, RequestToRun } from '@holdfast/kernel';
import { columns } from '../batch/columns.js';
import type { Executor } from '../statements/executor.js';

interface RequestRow extends RequestId {
  readonly fence: number;
  readonly fingerprint: Buffer;
  readonly request: string | null;
  readonly reruns: boolean;
  readonly left_behind: boolean | null;
  readonly answer_status: number | null;
  readonly answer_headers: string | null;
  readonly answer_body: Buffer | null;
}

const ID = {
  shards: (item: RequestId) => item.shard,
  scopes: (item: RequestId) => item.scope,
  keys: (item: RequestId) => item.key,
};
const HELD = { ...ID, fences: (item: RequestHeld) => item.fence };

/** Statements that lock several rows take them in one order, so that they wait for each other instead of deadlocking. */
function inLockOrder<Item extends RequestId>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ scope, key }: RequestId) => JSON.stringify([scope, key]);

/** Begins requests in one statement; null for each whose key somebody else has. */
export async function beginRequests(
  executor: Executor,
  items: readonly RequestToRun[],
): Promise<(RequestHeld | null)[]> {
  const rows = await executor.run<RequestRow>(
    'begin-requests',
    columns(items, {
      ...ID,
      fingerprints: (item) => item.fingerprint,
      requests: (item) => item.request,
      reruns: (item) => item.reruns,
      leases_ms: (item) => item.leaseMs,
      windows_ms: (item) => item.windowMs,
    }),
  );
  const begun = new Map(rows.map((row) => [nameOf(row), row.fence]));
  return items.map((item) => {
    const name = nameOf(item);
    const fence = begun.get(name);
    // The first of equal keys has it; the next ones came too late.
    begun.delete(name);
    return fence === undefined ? null : { shard: item.shard, scope: item.scope, key: item.key, fence };
  });
}

/** Requests by key in one statement; null for each that is as good as unknown. */
export async function findRequests(executor: Executor, items: readonly RequestId[]): Promise<(KnownRequest | null)[]> {
  const rows = await executor.run<RequestRow>('find-requests', columns(items, ID));
  const found = new Map(rows.map((row) => [nameOf(row), toRecord(row)]));
  return items.map((item) => found.get(nameOf(item)) ?? null);
}

function toRecord(row: RequestRow): KnownRequest {
  const { fingerprint, request, reruns, left_behind, answer_status, answer_headers, answer_body } = row;
  const headers = JSON.parse(answer_headers ?? '{}') as KeptAnswer['headers'];
  return {
    fingerprint,
    request,
    reruns,
    leftBehind: left_behind ?? false,
    answer: answer_status === null ? null : { status: answer_status, headers, body: answer_body },
  };
}

export interface RequestAnswered extends RequestHeld {
  readonly answer: KeptAnswer;
}

/** Stores answers; false for each whose fence did not match. */
export async function finishRequests(executor: Executor, items: readonly RequestAnswered[]): Promise<boolean[]> {
  const values = columns(inLockOrder(items), {
    ...HELD,
    statuses: ({ answer }) => answer.status,
    headers: ({ answer }) => JSON.stringify(answer.headers),
    bodies: ({ answer }) => answer.body,
  });
  return written(await executor.run<RequestId>('finish-requests', values), items);
}

/** Gives keys back; false for each whose fence did not match. */
export async function releaseRequests(executor: Executor, items: readonly RequestHeld[]): Promise<boolean[]> {
  return written(await executor.run<RequestId>('release-requests', columns(inLockOrder(items), HELD)), items);
}

function written(rows: readonly RequestId[], items: readonly RequestId[]): boolean[] {
  const names = new Set(rows.map(nameOf));
  return items.map((item) => names.has(nameOf(item)));
}

export async function renewRequests(executor: Executor, items: readonly RequestHeld[], leaseMs: number): Promise<void> {
  await executor.run('renew-requests', { ...columns(inLockOrder(items), HELD), lease_ms: leaseMs });
}
