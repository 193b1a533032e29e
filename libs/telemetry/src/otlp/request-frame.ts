import type { Attributes } from '@opentelemetry/api';
import { AttributeList } from './attribute-list.js';
import { writeAttributes } from './span-message.js';
import { DELIMITED, ProtobufWriter, VARINT, varintSize } from './writer.js';

/** Field and length of a message around others: two bytes of tag at most, five of length. */
const AROUND_MAX = 7;

/**
 * What an `ExportTraceServiceRequest` has around its spans: the resource and the scope, which are the same each time,
 * and lengths that are known only when the batch is. The head is therefore written in the end, backwards from where
 * the spans begin, and no span is moved for it.
 */
export class RequestFrame {
  private readonly resource: Uint8Array;
  private readonly scope: Uint8Array;
  /** Bytes to leave free before the spans. */
  readonly headMax: number;

  constructor(resource: Attributes, scopeName: string) {
    this.resource = resourceMessage(resource);
    this.scope = scopeMessage(scopeName);
    this.headMax = this.resource.length + this.scope.length + 2 * AROUND_MAX;
  }

  /** The request whose spans were written from {@link headMax} on. The bytes are the writer's own. */
  around(writer: ProtobufWriter): Uint8Array {
    const { resource, scope, headMax } = this;
    const end = writer.at;
    const scopeSpans = end - headMax + scope.length;
    const resourceSpans = resource.length + 1 + varintSize(scopeSpans) + scopeSpans;
    const begin = end - resourceSpans - varintSize(resourceSpans) - 1;
    writer.at = begin;
    writer.tag(1, DELIMITED);
    writer.varint(resourceSpans);
    writer.bytes.set(resource, writer.at);
    writer.at += resource.length;
    writer.tag(2, DELIMITED);
    writer.varint(scopeSpans);
    writer.bytes.set(scope, writer.at);
    writer.at = end;
    return writer.bytes.subarray(begin, end);
  }
}

function resourceMessage(attributes: Attributes): Uint8Array {
  return message((writer) => {
    writeAttributes(writer, 1, new AttributeList(Infinity).setAll(attributes), Infinity);
    writer.tag(2, VARINT);
    writer.varint(0);
  });
}

function scopeMessage(name: string): Uint8Array {
  return message((writer) => {
    writer.tag(1, DELIMITED);
    writer.text(name);
  });
}

/** A message in field 1. */
function message(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter(1_024);
  writer.tag(1, DELIMITED);
  const start = writer.open();
  write(writer);
  writer.close(start);
  return writer.bytes.subarray(0, writer.at);
}
