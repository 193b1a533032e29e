import { ROOT_CONTEXT, SpanKind, type Tracer } from '@opentelemetry/api';
import { isKept, type ObservedRequest, type Operation } from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';
import { bounded } from './bounded.js';
import { decided } from './decision.js';
import { hintAttributes } from './hint-attributes.js';
import { keyHash } from './key-hash.js';
import { linkTo, roleAttributes } from './links.js';
import { operationAttributes } from './operation-attributes.js';
import { contextUnder, recordedContextOf } from './span-context.js';

/**
 * A request that was answered with what its key had already created. A duplicate is known for one only in the end, so
 * the span is made then; `startTime` in ms of the process's monotonic clock. Of a creation that was recorded no repeat
 * stays unseen: where the request itself is sampled away, its replay is the root of a trace.
 */
export function replaySpan(tracer: Tracer, request: ObservedRequest, operation: Operation, startTime: number): void {
  const creation = recordedContextOf(operation.traceParent);
  const span = tracer.startSpan(
    bounded(`replay ${operation.type}`),
    { kind: SpanKind.INTERNAL, startTime, links: creation ? [linkTo('creation', creation)] : [] },
    isKept(request.traceParent) || creation === null ? contextUnder(request.traceParent) : decided(ROOT_CONTEXT, true),
  );
  if (!span.isRecording()) return;
  span.setAttributes({
    ...operationAttributes(operation),
    [ATTRIBUTES.operationStatus]: operation.status,
    [ATTRIBUTES.idempotencyOutcome]: 'replayed',
    [ATTRIBUTES.idempotencyKeyHash]: keyHash(request.tenant, request.key),
    ...hintAttributes(request.hints),
    ...(creation ? roleAttributes('creation', [creation]) : {}),
  });
  span.end();
}
