import type { Operation, Status } from '@holdfast/client';
import type { Style } from '../terminal/terminal.js';

/** A sign and a color for each status: the word always stands beside it, because not everybody sees color. */
export const STATUS_LOOK: Readonly<Record<Status, { readonly sign: string; readonly style: Style }>> = {
  pending: { sign: '○', style: 'yellow' },
  running: { sign: '◐', style: 'cyan' },
  succeeded: { sign: '✓', style: 'green' },
  failed: { sign: '✗', style: 'red' },
  canceled: { sign: '⊘', style: 'dim' },
};

type Paint = (style: Style, text: string) => string;

export function statusWord({ status }: Pick<Operation, 'status'>, paint: Paint): string {
  const { sign, style } = STATUS_LOOK[status];
  return paint(style, `${sign} ${status}`);
}

/** What a pending operation waits for, in words; an empty text when it waits for nothing but a worker. */
export function waitingWords({ waitingFor }: Pick<Operation, 'waitingFor'>): string {
  if (!waitingFor) return '';
  const { reason, until, name } = waitingFor;
  return `waiting for ${name ? `the ${reason} «${name}»` : `its ${reason}`}${until ? `, until ${until} at the latest` : ''}`;
}
