import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** Ids of a span: 32 and 16 hexadecimal digits. */
export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

let chosen: SpanIds | null = null;

/** Whatever span `start` starts first gets these ids. Starting is synchronous, so nothing else can take them. */
export function withIds<Span>(ids: SpanIds, start: () => Span): Span {
  chosen = ids;
  try {
    return start();
  } finally {
    chosen = null;
  }
}

/**
 * Gives random ids, except under {@link withIds}. The API of OpenTelemetry cannot be told the ids of a span; its SDK
 * can be told where they come from.
 */
export class ChosenIds implements IdGenerator {
  constructor(private readonly random: IdGenerator) {}

  generateTraceId(): string {
    return chosen?.traceId ?? this.random.generateTraceId();
  }

  generateSpanId(): string {
    return chosen?.spanId ?? this.random.generateSpanId();
  }
}
