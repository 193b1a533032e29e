import type { Log } from '@holdfast/kernel';
import { Logger } from '@nestjs/common';
import { errorFields } from './error-fields.js';

type Fields = Readonly<Record<string, unknown>>;

/** The kernel's log on the logger of the application: its lines stand among the others, and go where they go. */
export function loggerLog(logger: Logger = new Logger('Holdfast')): Log {
  return {
    debug: (message, fields) => logger.debug(line(message, fields)),
    info: (message, fields) => logger.log(line(message, fields)),
    warn: (message, fields) => logger.warn(line(message, fields)),
    error: (message, fields) => logger.error(line(message, fields), stackOf(fields)),
  };
}

/** The sentence, and its fields as JSON. */
function line(message: string, fields: Fields = {}): string {
  const { error, stack: _stack, ...rest } = fields;
  const { stack: _inner, ...told } = errorFields(error);
  const all = { ...rest, ...(error === undefined ? {} : { error: told }) };
  return Object.keys(all).length === 0 ? message : `${message} ${JSON.stringify(all)}`;
}

function stackOf({ error, stack }: Fields = {}): string | undefined {
  if (typeof stack === 'string') return stack;
  return error instanceof Error ? error.stack : undefined;
}
