import { describe, expect, test } from '@jest/globals';
import { exportTimes } from './export-times.js';

describe('the times metrics are sent in', () => {
  test.each([
    ['60 and 30 s when nobody says', {}, [60_000, 30_000]],
    ['what is asked for', { OTEL_METRIC_EXPORT_INTERVAL: '5000', OTEL_METRIC_EXPORT_TIMEOUT: '700' }, [5_000, 700]],
    ['never a time-out beyond the interval', { OTEL_METRIC_EXPORT_INTERVAL: '1000' }, [1_000, 1_000]],
    ['the default for what is no time', { OTEL_METRIC_EXPORT_INTERVAL: 'soon' }, [60_000, 30_000]],
    ['the default for none at all', { OTEL_METRIC_EXPORT_TIMEOUT: '0' }, [60_000, 30_000]],
    ['the default for what no timer can count', { OTEL_METRIC_EXPORT_INTERVAL: '1e12' }, [60_000, 30_000]],
  ])('are %s', (_, variables, [exportIntervalMillis, exportTimeoutMillis]) => {
    expect(exportTimes(variables)).toEqual({ exportIntervalMillis, exportTimeoutMillis });
  });
});
