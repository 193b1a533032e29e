import { describe, expect, test } from '@jest/globals';
import type { RetentionReport } from '@holdfast/engine';
import { silentLog } from '@holdfast/kernel';
import { ManualClock, settled } from './manual-clock.spec.support.js';
import { RetentionLoop } from './retention-loop.js';

const NOTHING: RetentionReport = { purged: 0, archived: 0, forgotten: 0, kept: 0, more: false };

function loop(archive: 'kept' | 'in use' = 'kept') {
  const clock = new ManualClock();
  const pieces: { end: (report: Partial<RetentionReport>) => Promise<void>; fail: () => Promise<void> }[] = [];
  const run = () =>
    new Promise<RetentionReport>((resolve, reject) => {
      pieces.push({
        end: (report) => (resolve({ ...NOTHING, ...report }), settled()),
        fail: () => (reject(new Error('away')), settled()),
      });
    });
  const upkeeps: number[] = [];
  const keepArchive = () => {
    upkeeps.push(pieces.length);
    return archive === 'kept' ? Promise.resolve({ made: 0, dropped: 0 }) : Promise.reject(new Error('in use'));
  };
  const parts = { retention: { run, keepArchive }, clock, random: () => 0.5, log: silentLog, intervalMs: 1_000 };
  const retentionLoop = new RetentionLoop(parts);
  retentionLoop.start();
  return { clock, pieces, upkeeps, loop: retentionLoop };
}

describe('the retention loop', () => {
  test('looks after each interval when there is nothing to do', async () => {
    const { clock, pieces } = loop();
    await clock.move(1_000);
    await pieces[0]?.end({});
    expect(clock.nextInMs).toBe(1_000);
  });

  test('rests three times as long as a piece of work took', async () => {
    const { clock, pieces } = loop();
    await clock.move(1_000);
    await clock.move(20);
    await pieces[0]?.end({ purged: 100, more: true });
    expect(clock.nextInMs).toBe(60);
  });

  test('spends a hundredth of the time on looking at what stays', async () => {
    const { clock, pieces } = loop();
    await clock.move(1_000);
    await clock.move(20);
    await pieces[0]?.end({ kept: 1_000, more: true });
    expect(clock.nextInMs).toBe(1_980);
    await clock.move(1_980);
    await clock.move(50);
    await pieces[1]?.end({ kept: 10 });
    expect(clock.nextInMs).toBe(4_950);
  });

  test('keeps the archive before each walk, and not between its pieces', async () => {
    const { clock, pieces, upkeeps } = loop();
    await clock.move(1_000);
    await pieces[0]?.end({ purged: 100, more: true });
    await clock.move(1_000);
    await pieces[1]?.end({ purged: 1 });
    await clock.move(1_000);
    expect(upkeeps).toEqual([0, 2]);
    expect(pieces).toHaveLength(3);
  });

  test('purges also when the archive cannot be kept', async () => {
    const { clock, pieces, upkeeps } = loop('in use');
    await clock.move(1_000);
    expect([upkeeps.length, pieces.length]).toEqual([1, 1]);
  });

  test('survives failures', async () => {
    const { clock, pieces } = loop();
    await clock.move(1_000);
    await pieces[0]?.fail();
    await clock.move(1_000);
    expect(pieces).toHaveLength(2);
  });

  test('ends when what is under way has ended, and begins nothing more', async () => {
    const { clock, pieces, loop: retentionLoop } = loop();
    await clock.move(1_000);
    let stopped = false;
    void retentionLoop.stop().then(() => (stopped = true));
    await settled();
    expect(stopped).toBe(false);
    await pieces[0]?.end({ purged: 1, more: true });
    expect(stopped).toBe(true);
    expect(clock.pending).toBe(0);
  });
});
