import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Metrics, Reading } from './metrics.js';

const NANOSECONDS = 1e9;
/** How finely delays of the event loop are looked for, in ms: a timer of its own, unreferenced, and next to no cost. */
const RESOLUTION_MS = 10;

/**
 * Shows how the process itself is doing. Delays are those since the last scrape, so with two scrapers each sees its own
 * share; the sampling interval itself is taken off, so that an idle loop shows zero.
 */
export function observeRuntime(metrics: Metrics): void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let last = performance.eventLoopUtilization();
  const seconds = (nanoseconds: number) => one(Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1_000));
  metrics.observe('loopDelay50', () => seconds(delays.percentile(50)));
  metrics.observe('loopDelay99', () => seconds(delays.percentile(99)));
  metrics.observe('loopDelayMax', () => {
    const longest = seconds(delays.max);
    // The last of the three to be read begins the next period.
    delays.reset();
    return longest;
  });
  metrics.observe('loopUse', () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return one(utilization);
  });
  metrics.observe('heapUsed', () => one(getHeapStatistics().used_heap_size));
  metrics.observe('heapLimit', () => one(getHeapStatistics().heap_size_limit));
  metrics.observe('memory', () => one(process.memoryUsage.rss()));
  metrics.observe('cpu', () => {
    const { user, system } = process.cpuUsage();
    return [
      { values: ['user'], value: user / 1e6 },
      { values: ['system'], value: system / 1e6 },
    ];
  });
}

function one(value: number): readonly Reading[] {
  return [{ values: [], value }];
}
