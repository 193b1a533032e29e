import type { Log } from '@holdfast/kernel';
import { destination, pino, type DestinationStream, type Logger } from 'pino';
import { errorFields } from './error-fields.js';
import { readableStream } from './readable-line.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** Short lines for a person at a terminal instead of JSON for a machine. */
  readonly readable: boolean;
  /** Where the lines go; standard error when absent, so that standard output stays for results. */
  readonly stream?: DestinationStream;
}

type Fields = Readonly<Record<string, unknown>>;

/** The kernel's log port on pino. A field called `error` is written as type, message, code and stack. */
export class PinoLog implements Log {
  constructor(private readonly logger: Logger) {}

  get tellsDebug(): boolean {
    return this.logger.isLevelEnabled('debug');
  }

  debug(message: string, fields: Fields = {}): void {
    this.logger.debug(fields, message);
  }

  info(message: string, fields: Fields = {}): void {
    this.logger.info(fields, message);
  }

  warn(message: string, fields: Fields = {}): void {
    this.logger.warn(fields, message);
  }

  error(message: string, fields: Fields = {}): void {
    this.logger.error(fields, message);
  }
}

/** A log that writes one line an event: JSON (`level`, `time` in ISO 8601, `pid`, `msg`, fields) or a readable form. */
export function createLog({ level, readable, stream = standardError() }: LogOptions): PinoLog {
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: (error: unknown) => errorFields(error) },
    },
    readable ? readableStream(stream) : stream,
  );
  return new PinoLog(logger);
}

/** Written at once and not buffered: the last lines before an exit are the ones somebody will look for. */
function standardError(): DestinationStream {
  const stream = destination({ dest: 2, sync: true });
  // Whoever read our lines has gone; that is no reason to stop working.
  stream.on('error', () => undefined);
  return stream;
}
