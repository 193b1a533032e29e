import type { Operation } from '@holdfast/client';
import type { Terminal } from '../terminal/terminal.js';
import { statusWord, waitingWords } from './status-word.js';

const BAR = 24;

/** One line that tells how far an operation is: a bar where it says so itself, and words in any case. */
export function progressLine(operation: Operation, terminal: Terminal): string {
  const { attempt, progress, status } = operation;
  const tint = terminal.tint.bind(terminal);
  const { completed, total, message } = progress ?? {};
  const isCounted = typeof completed === 'number' && typeof total === 'number' && total > 0;
  const parts = [
    statusWord(operation, tint),
    isCounted ? `${bar(status === 'succeeded' ? 1 : completed / total)} ${completed}/${total}` : '',
    typeof message === 'string' ? message : '',
    waitingWords(operation),
    attempt.number > 1 ? `attempt ${attempt.number} of ${attempt.max}` : '',
    attempt.lastError && status === 'pending' ? tint('yellow', attempt.lastError.message) : '',
  ];
  return parts.filter(Boolean).join('  ');
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR);
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}
