import { context, SpanKind, trace, type Tracer } from '@opentelemetry/api';
import { formatTypeId, isRefusal, type NewOperation, type Operation } from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';
import { outcomeOfRefusal } from '../names/idempotency-outcome.js';
import { errorTypeOf, failSpan } from './end-span.js';
import { keyHash } from './key-hash.js';
import { messagingAttributes } from './operation-attributes.js';
import { contextUnder, isKept, traceParentOf } from './span-context.js';

/**
 * The creation of an operation, and what all its later spans point to: its context is stored with the operation. Under
 * the span that is active, which is a step when a child is called, else under the request.
 *
 * Whether the key is free shows only once the statement is through. When it was not, this was no creation: the span is
 * never ended, so it is never sent.
 */
export async function creationSpan(
  tracer: Tracer,
  operation: NewOperation,
  store: (operation: NewOperation) => Promise<Operation | null>,
): Promise<Operation | null> {
  const active = trace.getActiveSpan() !== undefined;
  // The request is not recorded, so neither is what it creates; its context is stored, and attempts will not be either.
  if (!active && operation.traceParent !== null && !isKept(operation.traceParent)) return store(operation);
  const parent = active ? context.active() : contextUnder(operation.traceParent);
  const span = tracer.startSpan(`create ${operation.type}`, { kind: SpanKind.PRODUCER }, parent);
  const stored = { ...operation, traceParent: traceParentOf(span.spanContext()) };
  if (!span.isRecording()) return store(stored);
  const id = formatTypeId(operation.idPrefix, operation.uuid);
  span.setAttributes({
    ...messagingAttributes({ id, type: operation.type }, 'create'),
    [ATTRIBUTES.idempotencyKeyHash]: keyHash(operation.tenant, operation.key),
  });
  try {
    const created = await store(stored);
    if (created) span.end();
    return created;
  } catch (error) {
    const outcome = isRefusal(error) ? outcomeOfRefusal(error) : null;
    if (outcome) span.setAttribute(ATTRIBUTES.idempotencyOutcome, outcome);
    failSpan(span, errorTypeOf(error));
    span.end();
    throw error;
  }
}
