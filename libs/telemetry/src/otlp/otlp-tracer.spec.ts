import { describe, expect, test } from '@jest/globals';
import {
  type Attributes,
  type Context,
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { systemClock } from '@holdfast/kernel';
import fc from 'fast-check';
import type { SpanLimits } from './limits.js';
import { OtlpTracer } from './otlp-tracer.js';
import { RequestFrame } from './request-frame.js';
import { SpanClock } from './span-clock.js';
import { writeSpan } from './span-message.js';
import { DELIMITED, ProtobufWriter } from './writer.js';

const SCOPE = 'holdfast';
const RESOURCE = { 'service.name': 'holdfast', 'process.pid': 1, 'process.command_args': ['node', 'main.js'] };

/** Everything that can be told of one span. */
interface Story {
  readonly name: string;
  readonly options: SpanOptions;
  readonly parent: Parent | null;
  readonly attributes: readonly Attributes[];
  readonly events: readonly { readonly name: string; readonly attributes: Attributes; readonly at: Date }[];
  readonly links: readonly Link[];
  readonly status: { readonly code: number; readonly message?: string } | null;
  readonly renamed: string | null;
  readonly end: Date;
}
interface Parent {
  readonly spanContext: Link['context'];
}

const digits = (length: number) =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((id) => /[^0]/.test(id));
const text = fc.string({ unit: 'binary', maxLength: 200 }).map((one) => one.toWellFormed());
const simple = fc.oneof(text, fc.boolean(), fc.double(), fc.integer(), fc.maxSafeInteger(), fc.array(text));
const value = fc.oneof(
  simple,
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }),
  fc.array(simple),
  fc.dictionary(fc.string(), simple, { maxKeys: 3 }),
);
const key = fc.constantFrom('a', 'b', 'http.route', 'ключ', 'c', 'd', 'e');
const attributesOf = (values: fc.Arbitrary<unknown>) =>
  fc.dictionary(key, values, { maxKeys: 6, noNullPrototype: true }) as fc.Arbitrary<Attributes>;
const instant = fc.date({ min: new Date(0), max: new Date('2250-01-01'), noInvalidDate: true });
const spanContext = fc.record(
  {
    traceId: digits(32),
    spanId: digits(16),
    traceFlags: fc.constantFrom(0, 1),
    isRemote: fc.boolean(),
    traceState: fc.constant(createTraceState('a=1,b=2')),
  },
  { requiredKeys: ['traceId', 'spanId', 'traceFlags'] },
);
const link = fc.record({ context: spanContext, attributes: attributesOf(value) }) as fc.Arbitrary<Link>;
const story = fc.record({
  name: text,
  options: fc.record({
    kind: fc.integer({ min: 0, max: 4 }),
    attributes: attributesOf(value),
    links: fc.array(link, { maxLength: 3 }),
    startTime: instant,
  }),
  parent: fc.option(fc.record({ spanContext })),
  attributes: fc.array(attributesOf(value), { maxLength: 3 }),
  events: fc.array(fc.record({ name: text, attributes: attributesOf(simple), at: instant }), { maxLength: 4 }),
  links: fc.array(link, { maxLength: 3 }),
  status: fc.option(fc.record({ code: fc.integer({ min: 0, max: 2 }), message: text }, { requiredKeys: ['code'] })),
  renamed: fc.option(text),
  end: instant,
}) as fc.Arbitrary<Story>;
const count = fc.integer({ min: 0, max: 8 });
const limits: fc.Arbitrary<SpanLimits> = fc.record({
  attributes: count,
  valueLength: fc.oneof(fc.integer({ min: 1, max: 150 }), fc.constant(Infinity)),
  events: count,
  links: count,
  attributesPerEvent: count,
  attributesPerLink: count,
});

/** Tells the same stories to a tracer of either making. */
function tell(tracer: Tracer, stories: readonly Story[]): void {
  for (const one of stories) {
    const span: Span = tracer.startSpan(one.name, one.options, under(one.parent));
    for (const attributes of one.attributes) span.setAttributes(attributes);
    for (const { name, attributes, at } of one.events) span.addEvent(name, attributes, at);
    span.addLinks([...one.links]);
    if (one.status) span.setStatus(one.status);
    if (one.renamed !== null) span.updateName(one.renamed);
    span.end(one.end);
    span.setAttribute('too late', true).end();
  }
}

function under(parent: Parent | null): Context {
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent.spanContext) : ROOT_CONTEXT;
}

/** Ids in order, the same for both. */
function idsInOrder() {
  let last = 0;
  return {
    generateTraceId: () => (last += 1).toString(16).padStart(32, '0'),
    generateSpanId: () => (last += 1).toString(16).padStart(16, '0'),
  };
}

function bySdk(stories: readonly Story[], of: SpanLimits): Uint8Array {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes(RESOURCE),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    idGenerator: idsInOrder(),
    sampler: new AlwaysOnSampler(),
    spanLimits: {
      attributeCountLimit: of.attributes,
      attributeValueLengthLimit: of.valueLength,
      eventCountLimit: of.events,
      linkCountLimit: of.links,
      attributePerEventCountLimit: of.attributesPerEvent,
      attributePerLinkCountLimit: of.attributesPerLink,
    },
  });
  tell(provider.getTracer(SCOPE), stories);
  return ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? new Uint8Array();
}

function byUs(stories: readonly Story[], of: SpanLimits, size: number): Uint8Array {
  const frame = new RequestFrame(RESOURCE, SCOPE);
  const writer = new ProtobufWriter(frame.headMax + size, frame.headMax);
  const ended = {
    add: (span: Parameters<typeof writeSpan>[1]) => {
      writer.tag(2, DELIMITED);
      writeSpan(writer, span);
    },
  };
  const parts = { ids: idsInOrder(), sampler: new AlwaysOnSampler(), clock: new SpanClock(systemClock) };
  tell(new OtlpTracer({ ...parts, limits: of, ended }), stories);
  return frame.around(writer);
}

describe('a span of ours', () => {
  test('goes over the wire as the SDK would send it, byte for byte, whatever is told of it and within any limits', () => {
    fc.assert(
      fc.property(fc.array(story, { minLength: 1, maxLength: 4 }), limits, fc.nat(200), (stories, of, size) => {
        expect(Buffer.from(byUs(stories, of, size)).toString('hex')).toBe(
          Buffer.from(bySdk(stories, of)).toString('hex'),
        );
      }),
      { numRuns: 300 },
    );
  });
});
