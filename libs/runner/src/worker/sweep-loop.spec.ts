import { describe, expect, test } from '@jest/globals';
import type { SweepReport } from '@holdfast/engine';
import { type Log, silentLog } from '@holdfast/kernel';
import { ManualClock, settled } from './manual-clock.spec.support.js';
import { SweepLoop } from './sweep-loop.js';

const REPORT: SweepReport = { lostWorkers: 0, requeued: 0, ended: 0 };

function loop(random = 0.5, log: Log = silentLog) {
  const clock = new ManualClock();
  const sweeps: { end: () => Promise<void>; fail: () => Promise<void> }[] = [];
  const run = () =>
    new Promise<SweepReport>((resolve, reject) => {
      sweeps.push({
        end: () => (resolve(REPORT), settled()),
        fail: () => (reject(new Error('away')), settled()),
      });
    });
  const sweepLoop = new SweepLoop({ sweep: { run }, clock, random: () => random, log, intervalMs: 1_000 });
  return { clock, sweeps, loop: sweepLoop };
}

describe('the sweep loop', () => {
  test('sweeps at once, then after each interval', async () => {
    const { clock, sweeps, loop: sweepLoop } = loop();
    sweepLoop.soon();
    await sweeps[0]?.end();
    await clock.move(999);
    expect(sweeps).toHaveLength(1);
    await clock.move(1);
    expect(sweeps).toHaveLength(2);
  });

  test.each([
    [0, 900],
    [0.5, 1_000],
    [0.999_999, 1_100],
  ])('spreads its sweeps by a tenth to either side (%p)', async (random, wait) => {
    const { clock, sweeps, loop: sweepLoop } = loop(random);
    sweepLoop.soon();
    await sweeps[0]?.end();
    expect(Math.round(clock.nextInMs ?? 0)).toBe(wait);
  });

  test('never runs two sweeps at once, and one more for all wishes meanwhile', async () => {
    const { sweeps, loop: sweepLoop } = loop();
    sweepLoop.soon();
    sweepLoop.soon();
    sweepLoop.soon();
    expect(sweeps).toHaveLength(1);
    await sweeps[0]?.end();
    expect(sweeps).toHaveLength(2);
    await sweeps[1]?.end();
    expect(sweeps).toHaveLength(2);
  });

  test('survives failures, says so once, and says when it works again', async () => {
    const lines: string[] = [];
    const keep = (message: string) => void lines.push(message);
    const { clock, sweeps, loop: sweepLoop } = loop(0.5, { debug: keep, info: keep, warn: keep, error: keep });
    sweepLoop.soon();
    for (let round = 0; round < 3; round += 1) {
      await sweeps[round]?.fail();
      await clock.move(1_000);
    }
    expect(lines).toEqual(['Sweeping fails; it is tried again.']);
    await sweeps[3]?.end();
    expect(lines[1]).toBe('Sweeping works again.');
  });

  test('stops when its sweep has ended, and does not begin again', async () => {
    const { clock, sweeps, loop: sweepLoop } = loop();
    sweepLoop.soon();
    const stopping = sweepLoop.stop();
    await sweeps[0]?.end();
    await stopping;
    sweepLoop.soon();
    expect(clock.pending).toBe(0);
    expect(sweeps).toHaveLength(1);
  });
});
