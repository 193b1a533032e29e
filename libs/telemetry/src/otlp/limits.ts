import { type OtelVariables, wordOf } from '../start/exporters.js';

/** How much of a span is kept, by the specification of OpenTelemetry («Span Limits»); the rest is counted as dropped. */
export interface SpanLimits {
  readonly attributes: number;
  /** Characters of a text. */
  readonly valueLength: number;
  readonly events: number;
  readonly links: number;
  readonly attributesPerEvent: number;
  readonly attributesPerLink: number;
}

const COUNT = 128;

/** The limits that the environment names, with the defaults of the specification. */
export function spanLimitsOf(variables: OtelVariables): SpanLimits {
  const limit = (otherwise: number, ...names: string[]) =>
    names.map((name) => countOf(variables, name)).find((count) => count !== null) ?? otherwise;
  return {
    attributes: limit(COUNT, 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'),
    valueLength: limit(Infinity, 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'),
    events: limit(COUNT, 'OTEL_SPAN_EVENT_COUNT_LIMIT'),
    links: limit(COUNT, 'OTEL_SPAN_LINK_COUNT_LIMIT'),
    attributesPerEvent: limit(COUNT, 'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT'),
    attributesPerLink: limit(COUNT, 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'),
  };
}

/** A whole number from 0; null for anything else, which the specification takes for not set. */
export function countOf(variables: OtelVariables, name: string): number | null {
  const text = wordOf(variables, name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
