import type { RunOutcome } from '@holdfast/engine';
import { ENGINE_ERROR_CODES, LIMITS, type OperationError } from '@holdfast/kernel';
import { jsonTextOf } from './json-text.js';

/**
 * What a handler returned, as the outcome of its attempt. A value that cannot be stored fails for good: the next attempt
 * would return the same, after doing the work once more.
 */
export function outcomeOfReturned(value: unknown): RunOutcome {
  const json = jsonTextOf(value, LIMITS.resultBytes);
  switch (json.kind) {
    case 'text':
      return { kind: 'returned', result: json.text };
    case 'nothing':
      return { kind: 'returned', result: null };
    case 'invalid':
      return { kind: 'failed-for-good', error: resultInvalid(`The result cannot be stored: ${json.why}.`) };
    case 'too-large':
      return { kind: 'failed-for-good', error: resultTooLarge(json.bytes) };
  }
}

/** Why a result cannot be kept. The work itself may well be done, so nothing is claimed of its effect. */
export function resultInvalid(message: string): OperationError {
  return { code: ENGINE_ERROR_CODES.resultInvalid, message, retryable: false, effect: 'unknown' };
}

function resultTooLarge(bytes: number): OperationError {
  return {
    code: ENGINE_ERROR_CODES.resultTooLarge,
    message: `The result is ${bytes} bytes of JSON; at most ${LIMITS.resultBytes} are stored.`,
    retryable: false,
    effect: 'unknown',
  };
}
