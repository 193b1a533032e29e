import type { TraceUrl } from '@holdfast/kernel';

export interface WorkerSettings {
  /** Operations run at once. */
  readonly concurrency: number;
  /** How long what is held stays ours without a heartbeat, in ms. */
  readonly leaseMs: number;
  readonly sweepIntervalMs: number;
  /** How often to look for work when no hint comes, in ms. */
  readonly pollIntervalMs: number;
  /** Host and process, for people. */
  readonly name: string;
  /** Ms that a handler which was told to stop may take before it is left to itself. */
  readonly yieldMs: number;
  /** Where traces can be looked at; absent where nobody knows. */
  readonly traceUrl?: TraceUrl | null;
}

export const DEFAULT_WORKER_SETTINGS: Omit<WorkerSettings, 'name'> = {
  concurrency: 100,
  leaseMs: 30_000,
  sweepIntervalMs: 5_000,
  pollIntervalMs: 1_000,
  yieldMs: 2_000,
};
