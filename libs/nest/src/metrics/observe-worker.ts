import type { WorkerState } from '@holdfast/runner';
import type { Metrics } from '@holdfast/telemetry';

/** Shows how the worker of this process is doing; nothing in a process without one. */
export function observeWorker(metrics: Metrics, stateNow: () => WorkerState | null): void {
  metrics.observe('slots', () => {
    const state = stateNow();
    if (!state) return [];
    return [
      { values: ['busy'], value: state.held },
      { values: ['free'], value: Math.max(0, state.concurrency - state.held) },
      { values: ['abandoned'], value: state.abandoned },
    ];
  });
  metrics.observe('heartbeat', () => {
    const sinceMs = stateNow()?.sinceRenewalMs ?? null;
    return sinceMs === null ? [] : [{ values: [], value: sinceMs / 1_000 }];
  });
}
