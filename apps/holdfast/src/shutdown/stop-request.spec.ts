import { describe, expect, test } from '@jest/globals';
import { type Clock, silentLog } from '@holdfast/kernel';
import { EventEmitter } from 'node:events';
import { StopRequest } from './stop-request.js';

/** A stop request that listens to a source of its own, at a time the test moves. */
function setup() {
  let now = 1_000;
  const clock: Clock = { wallMs: () => now, monotonicMs: () => now, after: () => () => undefined };
  const stop = new StopRequest(clock, silentLog);
  const source = new EventEmitter();
  stop.listen(source);
  return { stop, source, pass: (ms: number) => (now += ms) };
}

describe('a stop request', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('%s asks for an orderly end with exit 0', async (signal) => {
    const { stop, source } = setup();
    source.emit(signal);
    await expect(stop.requested).resolves.toEqual({ cause: signal, exitCode: 0 });
    expect(stop.exitCode).toBe(0);
  });

  test.each(['uncaughtException', 'unhandledRejection'])('%s asks for a drain and exit 1', async (fault) => {
    const { stop, source } = setup();
    source.emit(fault, new Error('lost'));
    await expect(stop.requested).resolves.toEqual({ cause: fault, exitCode: 1 });
    expect(stop.exitCode).toBe(1);
  });

  test('the same Ctrl-C passed on once more by npm does not cut the drain short', () => {
    const { stop, source, pass } = setup();
    source.emit('SIGINT');
    pass(20);
    source.emit('SIGINT');
    expect(stop.wasHurried).toBe(false);
    expect(stop.exitCode).toBe(0);
  });

  test('a second signal cuts the drain short and the exit code says so', async () => {
    const { stop, source, pass } = setup();
    source.emit('SIGTERM');
    pass(1_000);
    source.emit('SIGINT');
    await expect(stop.hurried).resolves.toBeUndefined();
    expect(stop.exitCode).toBe(1);
  });

  test('an uncaught error during a drain does not cut it short, but the exit code says so', () => {
    const { stop, source, pass } = setup();
    source.emit('SIGTERM');
    pass(1_000);
    source.emit('unhandledRejection', new Error('lost'));
    expect(stop.wasHurried).toBe(false);
    expect(stop.exitCode).toBe(1);
  });
});
