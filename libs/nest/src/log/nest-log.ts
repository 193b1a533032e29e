import type { Log } from '@holdfast/kernel';
import type { LoggerService } from '@nestjs/common';

/**
 * Nest's logger on the kernel's log port. What Nest calls «log» is its running commentary on modules and routes, which
 * nobody reads on a good day: it becomes debug.
 */
export class NestLog implements LoggerService {
  constructor(private readonly target: Log) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.target.debug(sentence(message), fieldsOf(message, rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.target.debug(sentence(message), fieldsOf(message, rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.target.debug(sentence(message), fieldsOf(message, rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.target.warn(sentence(message), fieldsOf(message, rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.target.error(sentence(message), fieldsOf(message, rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.target.error(sentence(message), fieldsOf(message, rest));
  }
}

function sentence(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}

/** Nest passes a context last and, for errors, a stack before it; all of them are plain strings. */
function fieldsOf(message: unknown, rest: readonly unknown[]): Record<string, unknown> {
  const texts = rest.filter((value): value is string => typeof value === 'string');
  const stack = texts.find((value) => value.includes('\n    at '));
  const context = texts.findLast((value) => value !== stack);
  return {
    ...(context === undefined ? {} : { context }),
    ...(message instanceof Error ? { error: message } : {}),
    ...(stack !== undefined && !(message instanceof Error) ? { stack } : {}),
  };
}
