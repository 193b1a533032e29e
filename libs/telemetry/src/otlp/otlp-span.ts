import {
  type AnyValue,
  type Attributes,
  type Exception,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@opentelemetry/semantic-conventions';
import { AttributeList } from './attribute-list.js';
import type { SpanLimits } from './limits.js';
import type { SpanClock } from './span-clock.js';

/** Where a span goes when it ends. */
export interface EndedSpans {
  add(span: OtlpSpan): void;
}

/** An event or a link of a span, as it is written. */
export interface SpanEvent {
  readonly name: string;
  readonly atMs: number;
  readonly attributes: AttributeList;
}
export interface SpanLink {
  readonly context: SpanContext;
  readonly attributes: AttributeList;
}

/** How a span begins. */
export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: SpanContext;
  readonly parent: SpanContext | undefined;
}

/**
 * A recorded span that keeps no more than what is written about it. It follows the API of OpenTelemetry in full,
 * because handlers get at the span of their step, but does nothing for exporters other than ours.
 */
export class OtlpSpan implements Span {
  readonly attributes: AttributeList;
  readonly events: SpanEvent[] = [];
  readonly links: SpanLink[] = [];
  droppedEvents = 0;
  droppedLinks = 0;
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  name: string;
  readonly startMs: number;
  endMs = Number.NaN;

  constructor(
    readonly begun: SpanStart,
    startTime: TimeInput | undefined,
    private readonly clock: SpanClock,
    readonly limits: SpanLimits,
    private readonly ended: EndedSpans,
  ) {
    this.name = begun.name;
    this.startMs = clock.msOf(startTime);
    this.attributes = new AttributeList(limits.attributes);
  }

  spanContext(): SpanContext {
    return this.begun.context;
  }

  isRecording(): boolean {
    return Number.isNaN(this.endMs);
  }

  setAttribute(key: string, value: AnyValue): this {
    if (this.isRecording()) this.attributes.set(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.isRecording()) this.attributes.setAll(attributes);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (!this.isRecording()) return this;
    const attributes = isTime(attributesOrTime) ? undefined : attributesOrTime;
    const atMs = this.clock.msOf(time ?? (isTime(attributesOrTime) ? attributesOrTime : undefined));
    const list = new AttributeList(this.limits.attributesPerEvent).setAll(attributes);
    this.droppedEvents += push(this.events, { name, atMs, attributes: list }, this.limits.events);
    return this;
  }

  addLink({ context, attributes }: Link): this {
    if (!this.isRecording()) return this;
    const list = new AttributeList(this.limits.attributesPerLink).setAll(attributes);
    this.droppedLinks += push(this.links, { context, attributes: list }, this.limits.links);
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  /** By the specification: «ok» is final, and «unset» changes nothing. */
  setStatus({ code, message }: SpanStatus): this {
    if (!this.isRecording() || code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) return this;
    this.status = code === SpanStatusCode.ERROR && typeof message === 'string' ? { code, message } : { code };
    return this;
  }

  updateName(name: string): this {
    if (this.isRecording()) this.name = name;
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const { code, name, message, stack } =
      typeof exception === 'string' ? { message: exception } : (exception as Partial<Error> & { code?: unknown });
    const type = typeof code === 'string' || typeof code === 'number' ? String(code) : name;
    const attributes = {
      [ATTR_EXCEPTION_TYPE]: type,
      [ATTR_EXCEPTION_MESSAGE]: message,
      [ATTR_EXCEPTION_STACKTRACE]: stack,
    } as Attributes;
    this.addEvent('exception', attributes, time);
  }

  end(endTime?: TimeInput): void {
    if (!this.isRecording()) return;
    // Clocks may be set back meanwhile; a span never ends before it begins.
    this.endMs = Math.max(this.clock.msOf(endTime), this.startMs);
    this.ended.add(this);
  }
}

/** Adds to a list of limited length the way the specification wants it, and gives how many had to go for it. */
function push<Item>(list: Item[], item: Item, max: number): number {
  if (max === 0) return 1;
  const dropped = list.length >= max ? 1 : 0;
  if (dropped) list.shift();
  list.push(item);
  return dropped;
}

function isTime(value: Attributes | TimeInput | undefined): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || Array.isArray(value);
}
