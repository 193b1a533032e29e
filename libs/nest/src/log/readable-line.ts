import type { DestinationStream } from 'pino';
import { styleText } from 'node:util';

const STYLES = { debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' } as const;

/** A stream for pino that turns each JSON line into one a person reads: time, level, sentence, then the fields. */
export function readableStream(target: DestinationStream): DestinationStream {
  return { write: (line) => target.write(readableLine(line)) };
}

/** `12:03:04 warn  The sentence  field=value`, and below it the stack when an error came along. */
export function readableLine(line: string): string {
  const { level, time, pid: _pid, msg, error, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const word = String(level);
  const style = word in STYLES ? STYLES[word as keyof typeof STYLES] : 'reset';
  const clock = String(time).slice(11, 19);
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${valueText(value)}`);
  const stack = stackOf(error);
  const head = [styleText('dim', clock), styleText(style, word.padEnd(5)), String(msg), ...rest].join(' ');
  return `${head}${stack === null ? '' : `\n${styleText('dim', stack)}`}\n`;
}

function valueText(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
}

function stackOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  if (typeof stack === 'string') return stack;
  return typeof message === 'string' ? message : null;
}
