import type { FullOperation } from '@holdfast/client';
import { expect, test } from '@jest/globals';
import { Terminal } from '../terminal/terminal.js';
import { duration } from './duration.js';
import { storyTree } from './story-tree.js';

const quiet = { write: () => true };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const step = { kind: 'step', ordinal: 0, until: null, fence: 1, error: null, startedAt: at(1), finishedAt: at(3) };

test('the tree shows attempts and steps in their order, how they ended, how long they took and why', () => {
  const error = { code: 'handler_error', message: 'The bank is away.', retryable: true, effect: 'unknown' };
  const operation = {
    id: 'opn_1',
    type: 'invoice.charge',
    status: 'pending',
    attempt: { number: 2, max: 5, nextAt: null, lastError: null },
    progress: { completed: 1, total: 2 },
    waitingFor: { reason: 'signal', name: 'approval', until: at(60) },
    attempts: [
      { number: 1, startedAt: at(0), endedAt: at(2), outcome: 'failed', error },
      { number: 2, startedAt: at(3), endedAt: null, outcome: 'suspended', error: null },
    ],
    steps: [
      { ...step, name: 'quote', status: 'completed' },
      { ...step, name: 'line', ordinal: 1, status: 'failed', error },
      { ...step, kind: 'signal', name: 'approval', status: 'waiting', finishedAt: null, until: at(60) },
    ],
  } as unknown as FullOperation;
  expect(storyTree(operation, new Terminal(quiet, quiet, {}))).toEqual([
    'invoice.charge  opn_1',
    `○ pending  ${'█'.repeat(12)}${'░'.repeat(12)} 1/2  attempt 2 of 5  waiting for the signal «approval», until ${at(60)} at the latest`,
    '├─ ✗ attempt 1 failed  2.0 s  handler_error: The bank is away.',
    '├─ ○ attempt 2 suspended',
    '├─ ✓ step «quote» completed  2.0 s',
    '├─ ✗ step «line» (2) failed  2.0 s  handler_error: The bank is away.',
    `└─ ○ signal «approval» waiting  until ${at(60)}`,
  ]);
});

test.each([
  [40, '40 ms'],
  [1_500, '1.5 s'],
  [3_600_000, '60 min'],
  [86_400_000, '24 h'],
])('%i ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
