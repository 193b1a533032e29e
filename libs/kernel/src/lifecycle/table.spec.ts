import { describe, expect, it } from '@jest/globals';
import { isTerminal, LIVE_STATUSES, STATUSES, TERMINAL_STATUSES } from './status.js';
import { edgesFor, EVENTS, LIFECYCLE, sourcesOf, targetOf } from './table.js';

describe('the statuses', () => {
  it('are the five words of the contract', () => {
    expect(STATUSES).toEqual(['pending', 'running', 'succeeded', 'failed', 'canceled']);
  });

  it('are either live or terminal', () => {
    expect([...LIVE_STATUSES, ...TERMINAL_STATUSES].sort()).toEqual([...STATUSES].sort());
    expect(STATUSES.filter(isTerminal)).toEqual(TERMINAL_STATUSES);
  });
});

describe('the lifecycle', () => {
  it('has the edges of the contract and no other', () => {
    const edges = LIFECYCLE.map(({ event, from, to, guard }) => `${event}: ${from} → ${to} if ${guard}`);
    expect(edges.sort()).toEqual([
      'cancel: pending → canceled if explicit-request',
      'cancel: running → running if explicit-request',
      'claim: pending → running if due',
      'expire: pending → failed if deadline-passed',
      'expire: running → failed if deadline-passed',
      'fail: running → failed if fence',
      'lose: running → canceled if lease-expired',
      'lose: running → failed if lease-expired',
      'lose: running → pending if lease-expired',
      'resume: failed → pending if explicit-request',
      'retry: running → pending if fence',
      'succeed: running → succeeded if fence',
      'suspend: running → pending if fence',
      'yield-canceled: running → canceled if cancel-requested',
    ]);
  });

  it('leaves succeeded and canceled by nothing, and failed by an explicit resume only', () => {
    const leaving = LIFECYCLE.filter(({ from }) => isTerminal(from)).map(({ event, from, guard }) => [
      event,
      from,
      guard,
    ]);
    expect(leaving).toEqual([['resume', 'failed', 'explicit-request']]);
  });

  it('reaches every status from pending, and an end from everywhere', () => {
    const reachable = (start: string) => {
      const seen = new Set([start]);
      for (const status of seen) for (const edge of LIFECYCLE) if (edge.from === status) seen.add(edge.to);
      return seen;
    };
    expect([...reachable('pending')].sort()).toEqual([...STATUSES].sort());
    for (const status of STATUSES)
      expect([...reachable(status)].some((end) => end === 'succeeded' || end === status)).toBe(true);
    for (const status of LIVE_STATUSES) expect(reachable(status)).toContain('succeeded');
  });

  it('has the fence count with every claim and with nothing else', () => {
    expect(LIFECYCLE.filter(({ counts }) => counts.includes('fence')).map(({ event }) => event)).toEqual(['claim']);
  });

  it('has a lost lease counted on each of its edges', () => {
    for (const edge of LIFECYCLE) expect(edge.counts.includes('lost')).toBe(edge.event === 'lose');
  });

  it('explains every edge and uses every event', () => {
    for (const { meaning } of LIFECYCLE) expect(meaning).not.toBe('');
    expect(new Set(LIFECYCLE.map(({ event }) => event))).toEqual(new Set(EVENTS));
  });
});

describe('the questions that statements ask the table', () => {
  it('are answered from it: which statuses allow an event', () => {
    expect(sourcesOf('claim')).toEqual(['pending']);
    expect(sourcesOf('cancel')).toEqual(['pending', 'running']);
    expect(sourcesOf('expire')).toEqual(['pending', 'running']);
    expect(sourcesOf('resume')).toEqual(['failed']);
    for (const event of EVENTS) {
      for (const status of STATUSES) expect(edgesFor(status, event).length > 0).toBe(sourcesOf(event).includes(status));
    }
  });

  it('are answered from it: where an event leads, if there is one answer', () => {
    expect(targetOf('succeed')).toBe('succeeded');
    expect(targetOf('expire')).toBe('failed');
    expect(targetOf('yield-canceled')).toBe('canceled');
    expect(() => targetOf('lose')).toThrow(TypeError);
    expect(() => targetOf('cancel')).toThrow(TypeError);
  });
});
