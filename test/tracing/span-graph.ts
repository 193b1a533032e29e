import type { ReceivedSpan } from './otlp-spans.js';

export const OPERATION_ID = 'holdfast.operation.id';
export const OPERATION_TYPE = 'holdfast.operation.type';

/** What came over the wire, as a graph whose edges are parents and links. */
export class SpanGraph {
  private readonly byId: ReadonlyMap<string, ReceivedSpan>;

  constructor(readonly spans: readonly ReceivedSpan[]) {
    this.byId = new Map(spans.map((span) => [idOf(span), span]));
  }

  /** Spans that carry this operation's id: what a search by it finds. */
  of(operationId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.attributes[OPERATION_ID] === operationId);
  }

  /** Spans that neither carry the ids nor hang together, by parents and links either way, with one that does. */
  unreachableFrom(operationIds: readonly string[]): ReceivedSpan[] {
    const seen = new Set(operationIds.flatMap((id) => this.of(id)).map(idOf));
    const edges = this.edges();
    for (const id of seen) for (const next of edges.get(id) ?? []) seen.add(next);
    return this.spans.filter((span) => !seen.has(idOf(span)));
  }

  /** Links whose other end never came, as «name → ids». */
  danglingLinks(): string[] {
    return this.spans.flatMap((span) =>
      span.links.filter((link) => !this.byId.has(idOf(link))).map((link) => `${span.name} → ${idOf(link)}`),
    );
  }

  /** Spans whose parent never came, except those that continue `callers`' traces. */
  orphans(callers: readonly string[] = []): string[] {
    return this.spans
      .filter(({ parentSpanId }) => parentSpanId !== '' && !callers.includes(parentSpanId))
      .filter(({ traceId, parentSpanId }) => !this.byId.has(`${traceId}:${parentSpanId}`))
      .map(({ name }) => name);
  }

  private edges(): Map<string, string[]> {
    const edges = new Map<string, string[]>();
    const join = (from: string, to: string) => edges.set(from, [...(edges.get(from) ?? []), to]);
    for (const span of this.spans) {
      const ends = span.links.map(idOf);
      if (span.parentSpanId !== '') ends.push(`${span.traceId}:${span.parentSpanId}`);
      for (const end of ends) {
        join(idOf(span), end);
        join(end, idOf(span));
      }
    }
    return edges;
  }
}

/** As the attributes that repeat links write it. */
export function idOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId}:${spanId}`;
}

/** Where a span's links of one role go. */
export function linked(span: ReceivedSpan, role: string): string[] {
  return span.links.filter(({ attributes }) => attributes['holdfast.link.role'] === role).map(idOf);
}
