import { type Span, SpanKind, type Tracer } from '@opentelemetry/api';
import type { ObservedSignal } from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';
import { bounded } from './bounded.js';
import { linkTo, roleAttributes } from './links.js';
import { operationAttributes } from './operation-attributes.js';
import { contextUnder, recordedContextOf } from './span-context.js';

/** A signal on its way into an operation's box. What it carries stays out. */
export function signalSpan(tracer: Tracer, { operation, name, traceParent }: ObservedSignal): Span {
  const creation = recordedContextOf(operation.traceParent);
  const options = {
    kind: SpanKind.PRODUCER,
    links: creation ? [linkTo('creation', creation)] : [],
    attributes: {
      ...operationAttributes(operation),
      [ATTRIBUTES.signalName]: bounded(name),
      ...(creation ? roleAttributes('creation', [creation]) : {}),
    },
  };
  return tracer.startSpan(bounded(`signal ${name}`), options, contextUnder(traceParent));
}
