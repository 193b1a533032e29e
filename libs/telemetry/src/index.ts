export * from './names/attributes.js';
export * from './names/idempotency-outcome.js';
export * from './names/spans.js';
export type { OtelVariables } from './start/exporters.js';
export * from './start/start-telemetry.js';
export * from './start/telemetry.js';
export type { RequestSpan, RequestSpans } from './tracing/request-spans.js';
export { type Tracing, tracingBy } from './tracing/tracing.js';
