import { join } from 'node:path';
import protobuf from 'protobufjs';

type Value = string | number | boolean | readonly Value[];
export type Attributes = Readonly<Record<string, Value>>;

/** A span as it came over the wire, ids in hexadecimal. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER' | 'UNSPECIFIED';
  /** Ms since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
  readonly failed: boolean;
  readonly service: string;
}

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
const FAILED = 2;
const SCHEMA = join(import.meta.dirname, '..', '..', 'tracing', 'otlp-trace.proto');
const request = protobuf.loadSync(SCHEMA).lookupType('otlp.ExportTraceServiceRequest');

interface WireValue {
  readonly [kind: string]: unknown;
  readonly arrayValue?: { readonly values: readonly WireValue[] };
}
type WirePair = { readonly key: string; readonly value: WireValue };
interface WireSpan {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId: Buffer;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly WirePair[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly WirePair[] }[];
  readonly links: readonly {
    readonly traceId: Buffer;
    readonly spanId: Buffer;
    readonly attributes: readonly WirePair[];
  }[];
  readonly status?: { readonly code: number };
}
interface WireResource {
  readonly resource: { readonly attributes: readonly WirePair[] };
  readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
}

/** The spans of one ExportTraceServiceRequest. */
export function decodeSpans(bytes: Uint8Array): ReceivedSpan[] {
  const options = { longs: String, bytes: Buffer, arrays: true, defaults: false };
  const { resourceSpans } = request.toObject(request.decode(bytes), options) as {
    readonly resourceSpans: readonly WireResource[];
  };
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => toSpan(span, service)));
  });
}

function toSpan(span: WireSpan, service: string): ReceivedSpan {
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    name: span.name,
    kind: KINDS[span.kind] ?? 'UNSPECIFIED',
    start: Number(span.startTimeUnixNano) / 1e6,
    end: Number(span.endTimeUnixNano) / 1e6,
    attributes: attributesOf(span.attributes),
    events: span.events.map(({ name, attributes }) => ({ name, attributes: attributesOf(attributes) })),
    links: span.links.map((link) => ({
      traceId: hex(link.traceId),
      spanId: hex(link.spanId),
      attributes: attributesOf(link.attributes),
    })),
    failed: span.status?.code === FAILED,
    service,
  };
}

function attributesOf(pairs: readonly WirePair[]): Attributes {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(value: WireValue): Value {
  if (value.arrayValue) return value.arrayValue.values.map(valueOf);
  if (value['intValue'] !== undefined) return Number(value['intValue']);
  return Object.values(value)[0] as Value;
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}
