import { describe, expect, test } from '@jest/globals';
import { type ClaimedOperation, type ErrorSlug, type ObservedRequest, Refusal, systemClock } from '@holdfast/kernel';
import { METRICS } from './metric-table.js';
import { Metrics } from './metrics.js';
import { MetricsObserver } from './metrics-observer.js';
import { prometheusName } from './prometheus-names.js';
import { startMetrics } from './start-metrics.js';

async function page(fill: (metrics: Metrics) => void): Promise<string> {
  const { metrics, page: shown } = await startMetrics({}, systemClock);
  fill(metrics);
  return shown.text();
}

const series = (text: string, name: string) => text.split('\n').filter((line) => line.startsWith(name));

describe('the metrics page', () => {
  test('writes a histogram with cumulative buckets, each with its upper bound included', async () => {
    const text = await page((metrics) => {
      for (const size of [1, 2, 3, 200, 999]) metrics.record('batches', ['create'], size);
    });
    expect(series(text, 'holdfast_batch_size_bucket').map((line) => line.replace(/.*le="(.*)"} /, '$1:'))).toEqual([
      '1:1',
      '2:2',
      '5:3',
      '10:3',
      '20:3',
      '50:3',
      '100:3',
      '200:4',
      '+Inf:5',
    ]);
    expect(series(text, 'holdfast_batch_size_sum')).toEqual([
      'holdfast_batch_size_sum{db_query_summary="create"} 1205',
    ]);
  });

  test('shows a metric at zero before its first event, so that no first event is lost to a rate', async () => {
    const text = await page((metrics) => metrics.touch('leasesLost', ['a.type', 'failed']));
    expect(series(text, 'holdfast_leases_lost_total')).toEqual([
      'holdfast_leases_lost_total{holdfast_operation_type="a.type",holdfast_operation_status="failed"} 0',
    ]);
  });

  test('still comes when something on it cannot be read', async () => {
    const text = await page((metrics) => {
      metrics.observe('workers', () => Promise.reject(new Error('no database')));
      metrics.observe('databaseUp', () => [{ values: [], value: 0 }]);
    });
    expect(series(text, 'holdfast_workers')).toEqual([]);
    expect(series(text, 'holdfast_database_up')).toEqual(['holdfast_database_up 0']);
  });

  test('keeps a bounded number of series for each metric, whatever is measured', async () => {
    const text = await page((metrics) => {
      for (let made = 0; made < 5_000; made += 1) metrics.add('problems', [`made-up-${made}`]);
    });
    expect(series(text, 'holdfast_problems_total')).toHaveLength(2_001);
    expect(text).toContain('holdfast_problems_total{error_type="_other"} 3000');
  });
});

describe('names', () => {
  test('carry their unit the way Prometheus wants it', () => {
    expect(prometheusName('httpDuration')).toBe('http_server_request_duration_seconds');
    expect(prometheusName('cpu')).toBe('process_cpu_time_seconds_total');
    expect(prometheusName('heapUsed')).toBe('v8js_memory_heap_used_bytes');
    expect(prometheusName('loopUse')).toBe('nodejs_eventloop_utilization_ratio');
    expect(prometheusName('databaseUp')).toBe('holdfast_database_up');
  });

  test('are each used once', () => {
    const names = Object.values(METRICS).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the observer', () => {
  const claimed = { type: 'known.type', ageMs: 0, dueForMs: 0 } as ClaimedOperation;
  const observerOf = (metrics: Metrics) => new MetricsObserver(metrics, systemClock, new Set(['known.type']));
  const request = (type: string): ObservedRequest => ({ tenant: 't', key: 'k', body: { type }, traceParent: null });
  const refuse = (slug: ErrorSlug) => () => Promise.reject(new Refusal(slug));

  test('counts a type nobody registered as _other: clients may ask for any', async () => {
    const { metrics, page: shown } = await startMetrics({}, systemClock);
    for (const type of ['canary-1', 'canary-2']) {
      const asked = observerOf(metrics).decision(request(type), refuse('operation-type-unknown'));
      await expect(asked).rejects.toThrow(Refusal);
    }
    const text = await shown.text();
    expect(text).not.toContain('canary');
    expect(text).toContain(
      'holdfast_requests_total{holdfast_operation_type="_other",holdfast_idempotency_outcome="invalid"} 2',
    );
  });

  test('counts a request we could not serve apart from those a client got wrong', async () => {
    const { metrics, page: shown } = await startMetrics({}, systemClock);
    const asked = observerOf(metrics).decision(request('known.type'), refuse('database-unavailable'));
    await expect(asked).rejects.toThrow(Refusal);
    expect(await shown.text()).toContain(
      'holdfast_requests_total{holdfast_operation_type="known.type",holdfast_idempotency_outcome="unavailable"} 1',
    );
  });

  test('tells twenty error codes of a type apart and counts the rest together: handlers make them up', async () => {
    const { metrics, page: shown } = await startMetrics({}, systemClock);
    const observer = observerOf(metrics);
    for (let made = 0; made < 100; made += 1) {
      const error = { code: `code_${made}`, message: 'm', retryable: false, effect: 'none' as const };
      await observer.attempt(claimed, () => Promise.resolve({ event: 'fail', error }));
    }
    const counts = series(await shown.text(), 'holdfast_attempt_duration_seconds_count');
    expect(counts).toHaveLength(21);
    expect(counts.at(-1)).toMatch(/error_type="_other"} 80$/);
  });

  test('passes on what it looks at, results and failures alike', async () => {
    const { metrics } = await startMetrics({}, systemClock);
    const observer = observerOf(metrics);
    const failure = new Error('as it was thrown');
    expect(await observer.statement('create', () => Promise.resolve(7))).toBe(7);
    await expect(observer.statement('create', () => Promise.reject(failure))).rejects.toBe(failure);
    const step = { kind: 'step', name: 'n', ordinal: 0 } as const;
    await expect(observer.step(claimed, step, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await observer.attempt(claimed, () => Promise.resolve(null))).toBeNull();
  });
});
