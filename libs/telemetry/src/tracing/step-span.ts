import { context, SpanKind, trace, type Tracer } from '@opentelemetry/api';
import type { ClaimedOperation, StepId } from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';
import { bounded } from './bounded.js';
import { endWith } from './end-span.js';
import { operationAttributes } from './operation-attributes.js';

/**
 * A step being executed, under its attempt. It is the active span for as long as it runs, so that what the handler
 * calls out for, and the children it creates, continue it.
 */
export function stepSpan<Result>(
  tracer: Tracer,
  claimed: ClaimedOperation,
  { kind, name, ordinal }: StepId,
  run: () => Promise<Result>,
): Promise<Result> {
  const active = context.active();
  if (!trace.getSpan(active)?.isRecording()) return run();
  const span = tracer.startSpan(
    bounded(`${kind} ${name}`),
    {
      kind: SpanKind.INTERNAL,
      attributes: {
        ...operationAttributes(claimed),
        [ATTRIBUTES.stepKind]: kind,
        [ATTRIBUTES.stepName]: bounded(name),
        [ATTRIBUTES.stepOrdinal]: ordinal,
      },
    },
    active,
  );
  return endWith(span, () => context.with(trace.setSpan(active, span), run));
}
