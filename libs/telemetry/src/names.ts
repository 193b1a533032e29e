/**
 * Names of what Holdfast adds to spans, beside the semantic conventions of OpenTelemetry. The raw idempotency key never
 * enters telemetry.
 */
export const ATTRIBUTES = {
  operationId: 'holdfast.operation.id',
  operationType: 'holdfast.operation.type',
} as const;
