import type { OperationType, TypeRegistry } from '@holdfast/kernel';

/** What is published of one operation type (`GET /operation-types`). Times in ms. */
export interface OperationTypeView {
  readonly name: string;
  readonly description: string | null;
  readonly idPrefix: string;
  readonly retry: {
    readonly maxAttempts: number;
    readonly initialDelayMs: number;
    readonly factor: number;
    readonly maxDelayMs: number;
    readonly maxLost: number;
  };
  readonly attemptTimeoutMs: number | null;
  /** How long after its end the key of an operation is honored. */
  readonly replayWindowMs: number;
  readonly inputSchema: Readonly<Record<string, unknown>> | null;
}

/** All types, by name, so that the document is the same in every process. */
export function operationTypeViews(types: TypeRegistry): OperationTypeView[] {
  return [...types.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(operationTypeView);
}

function operationTypeView(type: OperationType): OperationTypeView {
  const { maxAttempts, initialDelayMs, factor, maxDelayMs, maxLost } = type.retry;
  return {
    name: type.name,
    description: type.description,
    idPrefix: type.idPrefix,
    retry: { maxAttempts, initialDelayMs, factor, maxDelayMs, maxLost },
    attemptTimeoutMs: type.attemptTimeoutMs,
    replayWindowMs: type.replayWindowMs,
    inputSchema: type.inputSchema,
  };
}
