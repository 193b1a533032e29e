import { context, type Span, SpanKind, trace, type Tracer } from '@opentelemetry/api';
import { formatTypeId, isKept, isRefusal, type NewOperation, type Operation } from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';
import { outcomeOfRefusal } from '../names/idempotency-outcome.js';
import { bounded } from './bounded.js';
import { errorTypeOf, failSpan } from './end-span.js';
import { keyHash } from './key-hash.js';
import { MESSAGING, SYSTEM, tellOperation } from './operation-attributes.js';
import { contextUnder, traceParentOf } from './span-context.js';

type Store = (operation: NewOperation) => Promise<Operation | null>;

/**
 * The creation of an operation, and what all its later spans point to: its context is stored with the operation. Under
 * the span that is active, which is a step when a child is called, else under the request.
 *
 * What is not recorded goes straight on to `store`, without a promise of its own: that is nearly every create of a
 * sampled service.
 */
export function creationSpan(tracer: Tracer, operation: NewOperation, store: Store): Promise<Operation | null> {
  const active = trace.getActiveSpan() !== undefined;
  // The request is not recorded, so neither is what it creates; its context is stored, and attempts will not be either.
  if (!active && operation.traceParent !== null && !isKept(operation.traceParent)) return store(operation);
  const parent = active ? context.active() : contextUnder(operation.traceParent);
  const options = { kind: SpanKind.PRODUCER };
  const span = tracer.startSpan(bounded(`create ${operation.type}`), options, parent);
  const stored = { ...operation, traceParent: traceParentOf(span.spanContext()) };
  return span.isRecording() ? storeUnder(span, stored, store) : store(stored);
}

/**
 * Whether the key is free shows only once the statement is through. When it was not, this was no creation: the span is
 * never ended, so it is never sent.
 */
async function storeUnder(span: Span, operation: NewOperation, store: Store): Promise<Operation | null> {
  try {
    const created = await store(operation);
    if (created) tellCreation(span, operation, created.id).end();
    return created;
  } catch (error) {
    const outcome = isRefusal(error) ? outcomeOfRefusal(error) : null;
    if (outcome) span.setAttribute(ATTRIBUTES.idempotencyOutcome, outcome);
    const { idPrefix, uuid } = operation;
    failSpan(tellCreation(span, operation, formatTypeId(idPrefix, uuid)), errorTypeOf(error));
    span.end();
    throw error;
  }
}

function tellCreation(span: Span, { type, tenant, key }: NewOperation, id: string): Span {
  return tellOperation(span, { id, type })
    .setAttribute(MESSAGING.system, SYSTEM)
    .setAttribute(MESSAGING.operationType, 'create')
    .setAttribute(ATTRIBUTES.idempotencyKeyHash, keyHash(tenant, key));
}
