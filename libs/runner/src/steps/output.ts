import {
  ENGINE_ERROR_CODES,
  type JsonText,
  type JsonValue,
  LIMITS,
  type OperationError,
  type StepRecord,
} from '@holdfast/kernel';
import { jsonTextOf } from '../attempt/json-text.js';
import { permanentFailure } from '../context/handler-failure.js';

/**
 * What a step returned, as the JSON that is stored. Throws a permanent failure for what JSON cannot hold or what is too
 * large: another attempt would return the same.
 */
export function outputText(what: string, value: unknown): JsonText | null {
  const json = jsonTextOf(value, LIMITS.stepBytes);
  switch (json.kind) {
    case 'nothing':
      return null;
    case 'text':
      return json.text;
    case 'invalid':
      throw permanentFailure(ENGINE_ERROR_CODES.resultInvalid, `${what} returned what JSON cannot hold: ${json.why}.`);
    case 'too-large':
      throw permanentFailure(
        ENGINE_ERROR_CODES.resultTooLarge,
        `${what} returned ${json.bytes} bytes of JSON; at most ${LIMITS.stepBytes} are stored.`,
      );
  }
}

/** The value a handler sees: the same after a crash as the first time, because both times it comes from the text. */
export function valueOf(output: JsonText | null): JsonValue | undefined {
  return output === null ? undefined : (JSON.parse(output) as JsonValue);
}

/** Returns what a finished step returned, or throws the failure that was its outcome. */
export function recall(record: Pick<StepRecord, 'output' | 'error'>): JsonValue | undefined {
  if (record.error) throw recordedFailure(record.error);
  return valueOf(record.output);
}

/** A failure that is the recorded outcome of a step: running the operation again would meet it again. */
export function recordedFailure(error: OperationError): Error {
  const { code, message, effect, details } = error;
  return permanentFailure(code, message, { effect, ...(details === undefined ? {} : { details }) });
}
