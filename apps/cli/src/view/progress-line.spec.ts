import type { Operation } from '@holdfast/client';
import { describe, expect, test } from '@jest/globals';
import { Terminal } from '../terminal/terminal.js';
import { progressLine } from './progress-line.js';

const quiet = { write: () => true };
const terminal = new Terminal(quiet, quiet, {});
const running = {
  status: 'running',
  attempt: { number: 1, max: 5, nextAt: null, lastError: null },
  progress: null,
  waitingFor: null,
} as unknown as Operation;

describe('the line of progress', () => {
  test.each([
    [
      'a bar where the operation counts',
      { progress: { completed: 3, total: 4, message: 'booked' } },
      /█{18}░{6} 3\/4 {2}booked$/,
    ],
    ['no bar where it does not', { progress: { message: 'thinking' } }, /^◐ running {2}thinking$/],
    ['no bar of a total of nothing', { progress: { completed: 0, total: 0 } }, /^◐ running$/],
    ['a full bar at most', { progress: { completed: 9, total: 4 } }, /█{24} 9\/4$/],
    ['which attempt it is, from the second on', { attempt: { number: 2, max: 5, lastError: null } }, /attempt 2 of 5$/],
    [
      'what it waits for',
      { status: 'pending', waitingFor: { reason: 'signal', name: 'approval', until: null } },
      /waiting for the signal «approval»$/,
    ],
    [
      'why it is tried again',
      { status: 'pending', attempt: { number: 1, max: 5, lastError: { message: 'The bank is away.' } } },
      /The bank is away\.$/,
    ],
  ])('shows %s', (_case, more, shown) => {
    expect(progressLine({ ...running, ...more } as Operation, terminal)).toMatch(shown);
  });
});
