import { describe, expect, test } from '@jest/globals';
import { StopSignal } from './stop-signal.js';

describe('the signal of a handler', () => {
  test('tells who listens, with the first reason that there was', () => {
    const stop = new StopSignal();
    const heard: unknown[] = [];
    stop.signal.addEventListener('abort', () => heard.push((stop.signal.reason as { code: string }).code));
    stop.abort('draining');
    stop.abort('lease_lost');
    expect(heard).toEqual(['draining']);
    expect(stop.aborted).toBe(true);
  });

  test('is aborted also for who asks for it only afterwards', () => {
    const stop = new StopSignal();
    stop.abort('canceled');
    expect(stop.signal).toMatchObject({ aborted: true, reason: { code: 'canceled', name: 'AbortError' } });
    expect(stop.signal).toBe(stop.signal);
  });
});
