import type { RetentionSettings } from '@holdfast/engine';
import {
  type Clock,
  DEFAULT_ARCHIVE_MS,
  DEFAULT_REPLAY_WINDOW_MS,
  DEFAULT_TOMBSTONE_MS,
  type Log,
  type Observer,
  type TraceUrl,
} from '@holdfast/kernel';
import type { HandlerRegistry } from '@holdfast/runner';
import type { StartedMetrics } from '@holdfast/telemetry';
import type { FactoryProvider, ModuleMetadata } from '@nestjs/common';
import type { DrainFlag } from '../lifecycle/drain-flag.js';

/** How this process works on operations. Times in ms. */
export interface WorkerOptions {
  /** Operations at once (50). */
  readonly concurrency?: number;
  /** Lease length (10 s): how long others wait before they take over what a dead worker held. */
  readonly leaseMs?: number;
  /** How often expired leases and deadlines are looked for (2 s). */
  readonly sweepIntervalMs?: number;
  /** How often due work is looked for when no notification comes (1 s). */
  readonly pollIntervalMs?: number;
  /** How long a handler that was told to stop may take before it is left to itself (2 s). */
  readonly yieldMs?: number;
  /** Shown to people; host and process id when absent. */
  readonly name?: string;
  /** Where traces can be looked at; log lines about failures link them. */
  readonly traceUrl?: TraceUrl | null;
}

/** What {@link HoldfastModule} is made of. */
export interface HoldfastOptions {
  /** `postgres://user:password@host:port/database` */
  readonly databaseUrl: string;
  /**
   * `transaction` when that leads to a pooler which gives each transaction another session, such as PgBouncer:
   * docs/operations/poolers.md.
   */
  readonly pooler?: Pooler;
  /** The same database without the pooler, to migrate and to listen. Behind a pooler neither is done without it. */
  readonly directUrl?: string | undefined;
  /** Connections at most (10). */
  readonly poolMax?: number;
  /** Shown in `pg_stat_activity` (`holdfast`). */
  readonly applicationName?: string;
  /**
   * What to do about a server that may forget what it has acknowledged (`fsync`, `synchronous_commit` off, …), and about
   * sessions without the settings they need: `refuse` to start, or `warn`, on a developer's machine. What cannot work at
   * all is refused either way; `off` does not look. (`refuse`)
   */
  readonly serverCheck?: 'refuse' | 'warn' | 'off';
  /** Brings the schema up to date before anything else (true). */
  readonly migrate?: boolean;
  /** Handlers beside the classes that are decorated with `@OperationHandler`. */
  readonly handlers?: HandlerRegistry;
  /** Null for a process that only takes operations in; the defaults above when absent. */
  readonly worker?: WorkerOptions | null;
  /** How often a process without a worker looks for deadlines and lost leases, in ms (2 s). */
  readonly sweepIntervalMs?: number;
  /** How long others wait before they take over an `@Idempotent` request whose process has died, in ms (10 s). */
  readonly requestLeaseMs?: number;
  /** Replay window of types that do not tell one, in ms (30 days). */
  readonly replayWindowMs?: number;
  /** How long the key of a purged operation is remembered, in ms (1 year). */
  readonly tombstoneMs?: number;
  /** How long after its end a purged operation is kept in the archive, in ms (0: not archived). */
  readonly archiveMs?: number;
  /** How long a shutdown waits for running handlers before it hands their operations back, in ms (20 s). */
  readonly drainMs?: number;
  /** Absolute URL under which operations and error pages are served, in front of links and problem types. */
  readonly publicUrl?: string;
  readonly drain?: DrainFlag;
  /** The application's own logger, with the context «Holdfast», when absent. */
  readonly log?: Log;
  /** Metrics as `startMetrics` gives them; nothing is measured when absent. */
  readonly telemetry?: Pick<StartedMetrics, 'metrics' | 'page'>;
  /** Makes traces, or looks on in any other way. What it throws is logged once and does no harm. */
  readonly observer?: Observer;
  readonly clock?: Clock;
  /** Gives [0, 1). */
  readonly random?: () => number;
}

/** What may stand between a process and PostgreSQL. One that keeps whole sessions is none. */
export const POOLERS = ['none', 'transaction'] as const;
export type Pooler = (typeof POOLERS)[number];

/** Where PostgreSQL itself is; null when only a pooler is known. */
export function directUrl({ databaseUrl, directUrl: direct, pooler = 'none' }: HoldfastOptions): string | null {
  return direct ?? (pooler === 'none' ? databaseUrl : null);
}

/** {@link HoldfastOptions} from a factory, which may inject what other modules provide. */
export interface HoldfastAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly useFactory: FactoryProvider<HoldfastOptions>['useFactory'];
  readonly inject?: NonNullable<FactoryProvider['inject']>;
}

export const WORKER_DEFAULTS = {
  concurrency: 50,
  leaseMs: 10_000,
  sweepIntervalMs: 2_000,
  pollIntervalMs: 1_000,
  yieldMs: 2_000,
} as const satisfies Omit<Required<WorkerOptions>, 'name' | 'traceUrl'>;

export const DEFAULT_DRAIN_MS = 20_000;

/** The windows of CONTRACT §5 with their defaults. */
export function retentionSettings({
  replayWindowMs = DEFAULT_REPLAY_WINDOW_MS,
  tombstoneMs = DEFAULT_TOMBSTONE_MS,
  archiveMs = DEFAULT_ARCHIVE_MS,
}: HoldfastOptions): RetentionSettings {
  return { replayWindowMs, tombstoneMs, archiveMs };
}
