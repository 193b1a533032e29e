import type { AnyValue, SpanContext, SpanStatus } from '@opentelemetry/api';
import type { AttributeList } from './attribute-list.js';
import type { OtlpSpan, SpanEvent, SpanLink } from './otlp-span.js';
import { DELIMITED, FIXED32, FIXED64, type ProtobufWriter, VARINT } from './writer.js';

/** Bits of `flags` beside those of W3C: whether it is known that the parent is elsewhere, and whether it is. */
const REMOTE_KNOWN = 0x100;
const REMOTE = 0x200;

/**
 * Writes a span as `opentelemetry.proto.trace.v1.Span`, field numbers as in that file: byte for byte what the SDK's own
 * serializer would make of it, which a test holds it against.
 */
export function writeSpan(writer: ProtobufWriter, span: OtlpSpan): void {
  const { context, parent, kind } = span.begun;
  const { valueLength } = span.limits;
  const start = writer.open(2);
  writeIds(writer, context);
  if (parent) {
    writer.tag(4, DELIMITED);
    writer.id(parent.spanId);
  }
  writer.tag(5, DELIMITED);
  writer.text(span.name);
  writer.tag(6, VARINT);
  writer.varint(kind + 1);
  writer.tag(7, FIXED64);
  writer.instant(span.startMs);
  writer.tag(8, FIXED64);
  writer.instant(span.endMs);
  writeAttributes(writer, 9, span.attributes, valueLength);
  writeCount(writer, 10, span.attributes.dropped);
  for (const event of span.events) writeEvent(writer, event, valueLength);
  writeCount(writer, 12, span.droppedEvents);
  for (const link of span.links) writeLink(writer, link, valueLength);
  writeCount(writer, 14, span.droppedLinks);
  writeStatus(writer, span.status);
  writeFlags(writer, 16, context.traceFlags, parent?.isRemote);
  writer.close(start, 2);
}

/** Attributes of anything that has some, in the field of this number. */
export function writeAttributes(
  writer: ProtobufWriter,
  field: number,
  { keys, values }: Pick<AttributeList, 'keys' | 'values'>,
  valueLength: number,
): void {
  for (let index = 0; index < keys.length; index += 1) {
    writer.tag(field, DELIMITED);
    writePair(writer, keys[index] as string, values[index], valueLength);
  }
}

function writePair(writer: ProtobufWriter, key: string, value: AnyValue, valueLength: number): void {
  const start = writer.open();
  writer.tag(1, DELIMITED);
  writer.text(key);
  writer.tag(2, DELIMITED);
  writeValue(writer, value, valueLength);
  writer.close(start);
}

function writeValue(writer: ProtobufWriter, value: AnyValue, valueLength: number): void {
  const start = writer.open();
  if (typeof value === 'string') {
    writer.tag(1, DELIMITED);
    writer.text(value.length > valueLength ? value.slice(0, valueLength) : value);
  } else if (typeof value === 'boolean') {
    writer.tag(2, VARINT);
    writer.varint(value ? 1 : 0);
  } else if (typeof value === 'number') {
    writeNumber(writer, value);
  } else if (value instanceof Uint8Array) {
    writer.tag(7, DELIMITED);
    writer.blob(value.length > valueLength ? value.subarray(0, valueLength) : value);
  } else if (Array.isArray(value)) {
    writer.tag(5, DELIMITED);
    writeEach(writer, value, (one) => writeValue(writer, one, valueLength));
  } else if (value) {
    const pairs = Object.entries(value).filter(([, one]) => one !== undefined);
    writer.tag(6, DELIMITED);
    writeEach(writer, pairs, ([key, one]) => writePair(writer, key, one, valueLength));
  }
  writer.close(start);
}

function writeNumber(writer: ProtobufWriter, value: number): void {
  const isInteger = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
  writer.tag(isInteger ? 3 : 4, isInteger ? VARINT : FIXED64);
  if (isInteger) writer.varint(value);
  else writer.double(value);
}

function writeEach<Item>(writer: ProtobufWriter, items: readonly Item[], write: (item: Item) => void): void {
  const start = writer.open();
  for (const item of items) {
    writer.tag(1, DELIMITED);
    write(item);
  }
  writer.close(start);
}

function writeEvent(writer: ProtobufWriter, { atMs, name, attributes }: SpanEvent, valueLength: number): void {
  writer.tag(11, DELIMITED);
  const start = writer.open();
  writer.tag(1, FIXED64);
  writer.instant(atMs);
  writer.tag(2, DELIMITED);
  writer.text(name);
  writeAttributes(writer, 3, attributes, valueLength);
  writeCount(writer, 4, attributes.dropped);
  writer.close(start);
}

function writeLink(writer: ProtobufWriter, { context, attributes }: SpanLink, valueLength: number): void {
  writer.tag(13, DELIMITED);
  const start = writer.open();
  writeIds(writer, context);
  writeAttributes(writer, 4, attributes, valueLength);
  writeCount(writer, 5, attributes.dropped);
  writeFlags(writer, 6, context.traceFlags, context.isRemote);
  writer.close(start);
}

function writeIds(writer: ProtobufWriter, { traceId, spanId, traceState }: SpanContext): void {
  writer.tag(1, DELIMITED);
  writer.id(traceId);
  writer.tag(2, DELIMITED);
  writer.id(spanId);
  const state = traceState?.serialize();
  if (!state) return;
  writer.tag(3, DELIMITED);
  writer.text(state);
}

function writeCount(writer: ProtobufWriter, field: number, count: number): void {
  writer.tag(field, VARINT);
  writer.varint(count);
}

function writeStatus(writer: ProtobufWriter, { code, message }: SpanStatus): void {
  writer.tag(15, DELIMITED);
  const start = writer.open();
  if (message) {
    writer.tag(2, DELIMITED);
    writer.text(message);
  }
  writer.tag(3, VARINT);
  writer.varint(code);
  writer.close(start);
}

function writeFlags(writer: ProtobufWriter, field: number, traceFlags: number, isRemote: boolean | undefined): void {
  writer.tag(field, FIXED32);
  writer.fixed32((traceFlags & 0xff) | REMOTE_KNOWN | (isRemote ? REMOTE : 0));
}
