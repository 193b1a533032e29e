import { trace } from '@opentelemetry/api';
import type { Clock, Observer } from '@holdfast/kernel';
import { RequestSpans } from './request-spans.js';
import { TracingObserver } from './tracing-observer.js';

/** Name of the instrumentation scope that all our spans belong to. */
const SCOPE = 'holdfast';

/** What makes spans: of work, behind the kernel's port, and of requests. */
export interface Tracing {
  readonly observer: Observer;
  readonly requests: RequestSpans;
}

/** Spans by whatever SDK is registered with the API of OpenTelemetry. */
export function tracingBy(clock: Clock): Tracing {
  const tracer = trace.getTracer(SCOPE);
  return { observer: new TracingObserver(tracer, clock), requests: new RequestSpans(tracer) };
}
