import { LIVE_STATUSES, SHARD_COUNT, TERMINAL_STATUSES } from '@holdfast/kernel';
import { answered } from '../statements/answered.js';
import type { Executor } from '../statements/executor.js';
import type { MonthToChange } from './archive-months.js';

/** Operations of each shard that a dry run looks at: with 256 shards, 2,560 rows, which takes some ms. */
const PER_SHARD = 10;
/** Where counting of tombstones, and of what lies in the archive's rest, ends. */
export const COUNTED_MAX = 10_000;

/** What a walk would take away if it began now. */
export interface RetentionDryRun {
  /** Operations looked at: the oldest of each shard. */
  readonly examined: number;
  /** Of those, how many are past their window. */
  readonly purgeable: number;
  /** For how long the first of them has been, in ms; 0 when none is. */
  readonly overdueMs: number;
  /** Tombstones that have lived long enough: at least this many, see {@link COUNTED_MAX}. */
  readonly forgettable: number;
}

/** How much the archive holds. */
export interface ArchiveSize {
  readonly months: number;
  /** An estimate, good to a few percent on tables that are vacuumed. */
  readonly operations: number;
  /** Of both tables, with their indexes. */
  readonly bytes: number;
  /** Operations that no month was made for: at least this many, see {@link COUNTED_MAX}. */
  readonly inRest: number;
}

/** Looks ahead in bounded time, however much there is, and changes nothing. */
export async function dryRunRetention(executor: Executor, tombstoneMs: number): Promise<RetentionDryRun> {
  const [row] = await answered(
    executor.runUnprepared<Omit<RetentionDryRun, 'overdueMs'> & { readonly overdue_ms: number }>('retention-dry-run', {
      shards: Array.from({ length: SHARD_COUNT }, (_, shard) => shard),
      per_shard: PER_SHARD,
      terminal: TERMINAL_STATUSES,
      live: LIVE_STATUSES,
      tombstone_ms: tombstoneMs,
      tombstones_max: COUNTED_MAX,
    }),
  );
  const { overdue_ms: overdueMs = 0, ...counts } = row ?? { examined: 0, purgeable: 0, forgettable: 0 };
  return { ...counts, overdueMs };
}

/** Asks for sizes and counters, in bounded time. */
export async function sizeOfArchive(executor: Executor): Promise<ArchiveSize> {
  const [row] = await answered(
    executor.runUnprepared<Omit<ArchiveSize, 'inRest'> & { readonly in_rest: number }>('archive-size', {
      rest_max: COUNTED_MAX,
    }),
  );
  const { in_rest: inRest = 0, ...size } = row ?? { months: 0, operations: 0, bytes: 0 };
  return { ...size, inRest };
}

/** Months that the next walk would make and drop, by the names of their tables. */
export function dryRunArchive(executor: Executor, archiveMs: number): Promise<Omit<MonthToChange, 'statement'>[]> {
  return answered(executor.runUnprepared('archive-dry-run', { archive_ms: archiveMs }));
}
