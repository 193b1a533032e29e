import { formatUuid, type ListQuery, type Operation } from '@holdfast/kernel';
import type { Executor } from '../statements/executor.js';
import { findByKeys } from './find-operations.js';
import { type OperationRow, toOperation } from './operation-row.js';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** How far the clock of a process that made an id may be from the database's that stamped the row, in ms. */
const CLOCK_SKEW_MS = 86_400_000;
/** An id holds 48 bits of milliseconds. */
const ID_TIME_MAX_MS = 2 ** 48 - 1;

/** One page of a tenant's operations, newest first. */
export async function listOperations(executor: Executor, query: ListQuery): Promise<Operation[]> {
  const only = query.idempotencyKey === null ? null : await idOfKey(executor, query.tenant, query.idempotencyKey);
  // A key has made one operation at most: there is no need to walk the tenant's others.
  if (query.idempotencyKey !== null && only === null) return [];
  const upper = query.createdBefore ? idAt(query.createdBefore.getTime() + CLOCK_SKEW_MS) : LAST_ID;
  const rows = await executor.run<OperationRow>('list', {
    tenant: query.tenant,
    before: query.before !== null && query.before < upper ? query.before : upper,
    from: only ?? lowerEnd(query),
    to: only ?? LAST_ID,
    statuses: query.statuses.length > 0 ? query.statuses : null,
    type: query.type,
    created_after: query.createdAfter,
    created_before: query.createdBefore,
    labels: JSON.stringify(query.labels),
    limit: query.limit,
  });
  return rows.map(toOperation);
}

async function idOfKey(executor: Executor, tenant: string, key: string): Promise<string | null> {
  const [known] = await findByKeys(executor, [{ tenant, key }]);
  return known?.operationUuid ?? null;
}

function lowerEnd({ createdAfter }: ListQuery): string {
  return createdAfter ? idAt(createdAfter.getTime() - CLOCK_SKEW_MS) : FIRST_ID;
}

/** The smallest id that a process could have made at this time: ids begin with their time (RFC 9562 §5.7). */
function idAt(ms: number): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(Math.min(Math.max(0, Math.floor(ms)), ID_TIME_MAX_MS), 0, 6);
  return formatUuid(bytes);
}
