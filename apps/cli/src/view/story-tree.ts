import type { FullOperation, OperationAttempt, OperationStep } from '@holdfast/client';
import type { Style, Terminal } from '../terminal/terminal.js';
import { duration } from './duration.js';
import { progressLine } from './progress-line.js';
import { waitingWords } from './status-word.js';

const LOOK: Readonly<Record<string, { readonly sign: string; readonly style: Style }>> = {
  completed: { sign: '✓', style: 'green' },
  succeeded: { sign: '✓', style: 'green' },
  running: { sign: '◐', style: 'cyan' },
  waiting: { sign: '○', style: 'yellow' },
  suspended: { sign: '○', style: 'yellow' },
  failed: { sign: '✗', style: 'red' },
  lost: { sign: '✗', style: 'red' },
  undecided: { sign: '?', style: 'red' },
};
const OTHER = { sign: '·', style: 'dim' } as const;

/** An operation as a tree: its attempts, then its steps, each in its order. */
export function storyTree(operation: FullOperation, terminal: Terminal): string[] {
  const { attempts, steps } = operation;
  const branches = [
    ...attempts.map((attempt) => attemptLine(attempt, terminal)),
    ...steps.map((step) => stepLine(step, terminal)),
  ];
  const waits = waitingWords(operation);
  return [
    `${terminal.paint('bold', operation.type)}  ${terminal.paint('dim', operation.id)}`,
    `${progressLine({ ...operation, waitingFor: null }, terminal)}${waits ? `  ${waits}` : ''}`,
    ...branches.map((line, index) => `${index === branches.length - 1 ? '└─' : '├─'} ${line}`),
  ];
}

function attemptLine({ number, outcome, startedAt, endedAt, error }: OperationAttempt, terminal: Terminal): string {
  const why = error ? `  ${terminal.paint('dim', `${error.code}: ${error.message}`)}` : '';
  return `${word(outcome, `attempt ${number} ${outcome}`, terminal)}${took(startedAt, endedAt)}${why}`;
}

function stepLine(step: OperationStep, terminal: Terminal): string {
  const { kind, name, ordinal, status, startedAt, finishedAt, until, error } = step;
  const count = ordinal > 0 ? ` (${ordinal + 1})` : '';
  const why = error ? `  ${terminal.paint('dim', `${error.code}: ${error.message}`)}` : '';
  const due = status === 'waiting' && until ? `  until ${until}` : '';
  return `${word(status, `${kind} «${name}»${count} ${status}`, terminal)}${took(startedAt, finishedAt)}${due}${why}`;
}

function word(outcome: string, text: string, terminal: Terminal): string {
  const { sign, style } = LOOK[outcome] ?? OTHER;
  return `${terminal.paint(style, sign)} ${text}`;
}

function took(from: string | null, to: string | null): string {
  if (from === null || to === null) return '';
  const ms = Date.parse(to) - Date.parse(from);
  return ms > 0 ? `  ${duration(ms)}` : '';
}
