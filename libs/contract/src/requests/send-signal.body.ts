import { isStepName, type JsonObject, type JsonValue, LIMITS, Refusal } from '@holdfast/kernel';
import { ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { DtoReader } from '../validation/dto-reader.js';

/** What a client sends to `POST /operations/{id}/signals/{name}`. */
@ApiSchema({ name: 'SendSignal' })
export class SendSignalBody {
  @ApiPropertyOptional({ nullable: true, description: 'What `waitForSignal` returns: any JSON; null when absent.' })
  @Allow()
  payload?: unknown;
}

const reader = new DtoReader(SendSignalBody);

/** Judges the body of a signal; an absent body is an empty one. Refuses with `validation-failed`. */
export function validateSignal(body: JsonObject, unstorable: string | null = null): { readonly payload: JsonValue } {
  return { payload: (reader.read(body, unstorable).payload ?? null) as JsonValue };
}

/**
 * The name of a signal, from the path: what `waitForSignal` can ask for. It is no member of the body, so the refusal
 * (`validation-failed`) points to nothing in it.
 */
export function validateSignalName(name: string): string {
  if (isStepName(name)) return name;
  const detail = `the signal name in the path must be 1 to ${LIMITS.stepNameLength} printable characters`;
  throw new Refusal('validation-failed', undefined, { errors: [{ pointer: '', detail }] });
}
