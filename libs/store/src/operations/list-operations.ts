import { formatUuid, type ListPage, type ListQuery, type Status, targetOf } from '@holdfast/kernel';
import type { Executor } from '../statements/executor.js';
import { findByKeys } from './find-operations.js';
import { type OperationRow, toOperation } from './operation-row.js';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** How far the clock of a process that made an id may be from the database's that stamped the row, in ms. */
const CLOCK_SKEW_MS = 86_400_000;
/** An id holds 48 bits of milliseconds. */
const ID_TIME_MAX_MS = 2 ** 48 - 1;

/**
 * Operations one page looks at while it searches for those that pass its filters: a few milliseconds of work, so that
 * a filter that few pass costs the client more pages and never the database a walk over a whole tenant.
 */
export const LIST_WALK_MAX = 5_000;

/** Statuses whose operations are found without walking the tenant's others; see `list-narrow.sql`. */
const NARROW: ReadonlySet<Status> = new Set([targetOf('claim'), targetOf('fail'), targetOf('yield-canceled')]);

interface ListRow extends OperationRow {
  /** Place in the walk, from 1. */
  readonly position: number;
  readonly passes: boolean;
}

/** One page of a tenant's operations, newest first. `walkMax` is for tests that cannot wait for thousands. */
export async function listOperations(
  executor: Executor,
  query: ListQuery,
  walkMax: number = LIST_WALK_MAX,
): Promise<ListPage> {
  const only = query.idempotencyKey === null ? null : await idOfKey(executor, query.tenant, query.idempotencyKey);
  // A key has made one operation at most: there is no need to walk the tenant's others.
  if (query.idempotencyKey !== null && only === null) return { operations: [], next: null };
  const upper = query.createdBefore ? idAt(query.createdBefore.getTime() + CLOCK_SKEW_MS) : LAST_ID;
  const walk = isFiltered(query) ? walkMax : query.limit + 1;
  const rows = await executor.run<ListRow>(isNarrow(query) ? 'list-narrow' : 'list', {
    tenant: query.tenant,
    before: query.before !== null && query.before < upper ? query.before : upper,
    from: only ?? lowerEnd(query),
    to: only ?? LAST_ID,
    statuses: query.statuses.length > 0 ? query.statuses : null,
    type: query.type,
    created_after: query.createdAfter,
    created_before: query.createdBefore,
    labels: JSON.stringify(query.labels),
    walk_max: walk,
    // One more than a page tells whether there is another one.
    limit: query.limit + 1,
  });
  return pageOf(rows, query.limit, walk);
}

function pageOf(rows: readonly ListRow[], limit: number, walk: number): ListPage {
  const passed = rows.filter((row) => row.passes);
  const shown = passed.slice(0, limit);
  const last = passed.length > limit ? shown.at(-1) : rows.findLast((row) => row.position === walk);
  return { operations: shown.map(toOperation), next: last?.id ?? null };
}

/** True when an operation that is walked over may not be one that is asked for. */
function isFiltered(query: ListQuery): boolean {
  const { statuses, type, labels, createdAfter, createdBefore } = query;
  const byStatus = statuses.length > 0 && !isNarrow(query);
  return byStatus || type !== null || (createdAfter ?? createdBefore) !== null || Object.keys(labels).length > 0;
}

function isNarrow({ statuses }: ListQuery): boolean {
  return statuses.length > 0 && statuses.every((status) => NARROW.has(status));
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
