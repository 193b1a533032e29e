import { ENGINE_ERROR_CODES, LIMITS, type OperationError } from '@holdfast/kernel';
import { plainText } from './plain-text.js';

const STACK_LENGTH_MAX = 8_000;
/** How far an error without a message is followed to its causes. */
const CAUSES_MAX = 4;

/**
 * One sentence about anything that was thrown: the message of an error, with its name unless that is plain «Error», or
 * what kind of value it was. Reading it may run code of the value, so every read is guarded. Never throws.
 */
export function describeThrown(thrown: unknown): string {
  return plainText(sentenceOf(thrown), LIMITS.errorMessageLength);
}

/** The stack of an error for the log, null for anything without one. Never throws. */
export function stackOf(thrown: unknown): string | null {
  const stack = read(thrown, 'stack');
  return typeof stack === 'string' ? plainText(stack, STACK_LENGTH_MAX) : null;
}

/** What is stored for an attempt that threw something of its own: it may be tried again, and nothing is known. */
export function errorFromThrown(thrown: unknown): OperationError {
  return {
    code: ENGINE_ERROR_CODES.handlerError,
    message: describeThrown(thrown),
    retryable: true,
    effect: 'unknown',
  };
}

function sentenceOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown === '' ? 'The handler threw an empty text.' : thrown;
  if (typeof thrown !== 'object' || thrown === null) return `The handler threw ${primitiveText(thrown)}.`;
  let at: unknown = thrown;
  for (let depth = 0; depth < CAUSES_MAX && at !== undefined; depth += 1) {
    const message = read(at, 'message');
    if (typeof message === 'string' && message !== '') return named(at, message);
    // A connection refused on every address is an aggregate without a message of its own.
    at = read(read(at, 'errors'), 0) ?? read(at, 'cause');
  }
  return 'The handler threw something without a message.';
}

function named(error: unknown, message: string): string {
  const name = read(error, 'name');
  return typeof name === 'string' && name !== '' && name !== 'Error' ? `${name}: ${message}` : message;
}

function primitiveText(value: unknown): string {
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value);
}

/** A member of anything, undefined when there is none or when reading it throws. */
function read(value: unknown, member: PropertyKey): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    return Reflect.get(value, member);
  } catch {
    return undefined;
  }
}
