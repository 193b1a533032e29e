import { type JsonObject, type JsonValue, parseIdempotencyKey } from '@holdfast/kernel';
import type { EntityManager } from 'typeorm';
import { handlerOptionsOf, type OperationRunnerClass } from '../handlers/operation-handler.decorator.js';

/** What an operation is created with. The key is the caller's name for this intent: the same on every retry of it. */
export interface CreateRequest<Input = unknown> {
  /** 1 to 255 visible ASCII characters, best made of what the operation is about: `invoice-17/charge`. */
  readonly key: string;
  readonly input?: Input;
  /** Not before this instant; not together with `delayMs`. */
  readonly runAt?: Date | string;
  readonly delayMs?: number;
  /** The operation fails as `deadline_exceeded` when it has not ended by then. */
  readonly deadline?: Date | string;
  /** −100 to 100, higher first. */
  readonly priority?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** The manager of the caller's transaction: the operation exists if and only if that commits. */
  readonly manager?: EntityManager;
}

/** A type by its name, or by the class that runs it, which also tells the types of input and result. */
export type OperationTypeRef<Input, Result> = string | OperationRunnerClass<Input, Result>;

/** Throws a TypeError for a class that is no handler: only a wrong program can do that. */
export function typeNameOf(type: OperationTypeRef<never, unknown>): string {
  if (typeof type === 'string') return type;
  const options = handlerOptionsOf(type);
  if (!options) throw new TypeError(`${type.name} is not decorated with @OperationHandler`);
  return options.type;
}

/** The body that `POST /operations` would have: a key may be used here and there for the same request. */
export function bodyOf(type: string, { input, runAt, delayMs, deadline, priority, labels }: CreateRequest): JsonObject {
  const body = { type, input, runAt, delayMs, deadline, priority, labels };
  // Dates become instants, and members that are undefined disappear, as they would on the wire.
  return JSON.parse(JSON.stringify(body)) as JsonObject;
}

/** Holds a key given by the program to the rule for keys on the wire. Refuses with `idempotency-key-invalid`. */
export function checkedKey(key: string): string {
  return parseIdempotencyKey(`"${key.replaceAll(/[\\"]/g, String.raw`\$&`)}"`);
}

/** A payload as the JSON it will be stored as. */
export function jsonOf(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue;
}
