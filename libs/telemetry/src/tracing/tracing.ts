import type { Tracer } from '@opentelemetry/api';
import type { Clock, Observer } from '@holdfast/kernel';
import { RequestSpans } from './request-spans.js';
import { TracingObserver } from './tracing-observer.js';

/** What makes spans: of work, behind the kernel's port, and of requests. */
export interface Tracing {
  readonly observer: Observer;
  readonly requests: RequestSpans;
}

/** Spans made by this tracer. */
export function tracingBy(tracer: Tracer, clock: Clock): Tracing {
  return { observer: new TracingObserver(tracer, clock), requests: new RequestSpans(tracer) };
}
