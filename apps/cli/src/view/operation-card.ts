import type { FullOperation, Operation } from '@holdfast/client';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { statusWord, waitingWords } from './status-word.js';

/** An operation for a person: a sentence, then what is known of it. */
export function operationCard(operation: Operation, terminal: Terminal): string[] {
  const rows: [string, string][] = [
    ['id', operation.id],
    ['type', operation.type],
    ['status', statusWord(operation, (style, text) => terminal.paint(style, text))],
    ['attempt', attemptWords(operation)],
    ...optional('last error', operation.attempt.lastError?.message),
    ...optional('progress', progressWords(operation)),
    ...optional('result', operation.status === 'succeeded' ? JSON.stringify(operation.result) : undefined),
    ...optional('error', operation.error && `${operation.error.code}: ${operation.error.message}`),
    ...optional('effect', operation.error?.effect),
    ['key', operation.idempotency.key],
    ['honored', operation.idempotency.honoredUntil ?? 'for as long as it lives'],
    ...optional('labels', labelWords(operation)),
    ['created', operation.createdAt],
    ...optional('started', operation.startedAt),
    ...optional('finished', operation.finishedAt),
    ...optional('trace', operation.traceId),
  ];
  return [sentence(operation), '', ...table(rows.map(([name, value]) => [terminal.paint('dim', name), value]))];
}

/** One sentence that says where the operation stands. */
export function sentence(operation: Operation): string {
  const { id, status, attempt, error } = operation;
  if (status === 'succeeded') return `${id} has succeeded, on attempt ${attempt.number}.`;
  if (status === 'failed') return `${id} has failed: ${error?.message ?? ''} Resume it with: holdfast resume ${id}`;
  if (status === 'canceled') return `${id} was canceled.`;
  if (status === 'running') return `${id} is running, attempt ${attempt.number} of ${attempt.max}.`;
  return `${id} is ${waitingWords(operation) || 'waiting for a worker'}.`;
}

/** What only the full view knows: attempts, steps, and who asked. */
export function storyLines({ requests }: FullOperation): string[] {
  const replays = requests.filter(({ outcome }) => outcome !== 'created');
  if (replays.length === 0) return [];
  return [
    '',
    `asked for ${requests.length} times:`,
    ...table(
      requests.map(({ time, outcome, attempt, reason }) => [
        `  ${time}`,
        outcome,
        attempt === null ? '' : `client attempt ${attempt}`,
        reason ?? '',
      ]),
    ),
  ];
}

export function attemptWords({ attempt }: Operation): string {
  const next = attempt.nextAt ? `, next at ${attempt.nextAt}` : '';
  return `${attempt.number} of ${attempt.max}${next}`;
}

function progressWords({ progress }: Operation): string | undefined {
  if (!progress) return undefined;
  const { completed, total, message } = progress;
  const share = typeof completed === 'number' && typeof total === 'number' ? `${completed} of ${total}` : '';
  return [share, typeof message === 'string' ? message : ''].filter(Boolean).join(', ') || JSON.stringify(progress);
}

function labelWords({ labels }: Operation): string | undefined {
  const words = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return words.length > 0 ? words.join(' ') : undefined;
}

function optional(name: string, value: string | null | undefined): [string, string][] {
  return value === null || value === undefined ? [] : [[name, value]];
}
