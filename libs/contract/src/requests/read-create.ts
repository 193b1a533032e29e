import type { CreateEnvelope, JsonObject, JsonValue } from '@holdfast/kernel';
import { DtoReader } from '../validation/dto-reader.js';
import { parseTimestamp } from '../validation/timestamp.js';
import { CreateOperationBody } from './create-operation.body.js';

const reader = new DtoReader(CreateOperationBody);
const NO_LABELS: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Judges the body of a create and fills in the defaults of CONTRACT §3. `unstorable` is the pointer at which the strict
 * reader found text that PostgreSQL cannot store. Refuses with `validation-failed`.
 */
export function validateCreate(body: JsonObject, unstorable: string | null = null): CreateEnvelope {
  const dto = reader.read(body, unstorable);
  return {
    type: dto.type,
    input: (dto.input ?? null) as JsonValue,
    runAt: instantOf(dto.runAt),
    // Minus zero is a whole number too, and would be stored and printed as such.
    delayMs: (dto.delayMs ?? 0) + 0,
    deadline: instantOf(dto.deadline),
    priority: (dto.priority ?? 0) + 0,
    labels: dto.labels ?? NO_LABELS,
  };
}

function instantOf(text: string | undefined): Date | null {
  return text === undefined ? null : parseTimestamp(text);
}
