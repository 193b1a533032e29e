import { Executor } from '../statements/executor.js';
import { withClient } from './with-client.js';

/** What is due in one lane. */
export interface WaitingLane {
  readonly lane: string;
  readonly due: number;
  /** How long the oldest of it has been due, in ms. */
  readonly overdueMs: number;
  /** Is there a living worker that takes it? */
  readonly served: boolean;
}

export interface WorkerSeen {
  readonly name: string;
  readonly types: readonly string[];
  readonly concurrency: number;
  /** Does its lease still hold? */
  readonly holds: boolean;
  readonly silentMs: number;
}

/** How the work is going, for a person who asks. */
export interface WorkReport {
  /** The database's clock, in ms since 1970. */
  readonly nowMs: number;
  readonly lanes: readonly WaitingLane[];
  readonly workers: readonly WorkerSeen[];
}

/** Looks at queue, workers and clock of the database at `url`. Throws the driver's error. */
export function lookAtWork(url: string): Promise<WorkReport> {
  return withClient(url, 'holdfast doctor', async (client) => {
    const executor = new Executor(client, { prepare: false });
    const [clock] = await executor.run<{ now_ms: number }>('server-clock', {});
    const lanes = await executor.run<{ lane: string; due: number; overdue_ms: number; served: boolean }>(
      'waiting-lanes',
      {},
    );
    const workers = await executor.run<Omit<WorkerSeen, 'silentMs'> & { silent_ms: number }>('living-workers', {});
    return {
      nowMs: clock?.now_ms ?? Number.NaN,
      lanes: lanes.map(({ overdue_ms: overdueMs, ...lane }) => ({ ...lane, overdueMs })),
      workers: workers.map(({ silent_ms: silentMs, ...worker }) => ({ ...worker, silentMs })),
    };
  });
}
