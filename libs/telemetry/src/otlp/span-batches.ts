import type { Clock } from '@holdfast/kernel';
import type { LostSpans } from './lost-spans.js';
import type { EndedSpans, OtlpSpan } from './otlp-span.js';
import type { RequestFrame } from './request-frame.js';
import type { SendSpans } from './sender.js';
import { writeSpan } from './span-message.js';
import { DELIMITED, ProtobufWriter } from './writer.js';

/** When spans are sent, by the variables `OTEL_BSP_*` of the specification. */
export interface BatchTimes {
  readonly queueMax: number;
  readonly batchMax: number;
  readonly delayMs: number;
}

/** Bytes a batch has from the beginning: half a kilobyte a span is a little more than most take. */
const SPAN_BYTES = 512;
/** Field of `ScopeSpans` that holds a span. */
const SPANS = 2;

/** Spans that wait to be sent together, written already. */
interface Batch {
  readonly writer: ProtobufWriter;
  spans: number;
}

export interface BatchParts {
  readonly times: BatchTimes;
  readonly frame: RequestFrame;
  readonly send: SendSpans;
  readonly lost: LostSpans;
  readonly clock: Clock;
}

/**
 * The batch span processor of the specification over spans that are bytes already: a batch goes when it is full or has
 * waited long enough, one at a time, and what finds the queue full is lost, counted, and said.
 */
export class SpanBatches implements EndedSpans {
  private open: Batch | null = null;
  private readonly full: Batch[] = [];
  private waiting = 0;
  private spare: ProtobufWriter | null = null;
  private sending: Promise<void> | null = null;
  private takeBackTimer: (() => void) | null = null;
  private isClosed = false;

  constructor(private readonly parts: BatchParts) {}

  add(span: OtlpSpan): void {
    const { times, lost } = this.parts;
    if (this.isClosed) return;
    if (this.waiting >= times.queueMax) return lost.add('queue_full', 1);
    const batch = (this.open ??= this.begin());
    if (!written(batch.writer, span)) return lost.add('unwritable', 1, 'An attribute cannot be read.');
    batch.spans += 1;
    this.waiting += 1;
    if (batch.spans >= times.batchMax) this.seal();
    this.schedule();
  }

  /** Sends what is left; what comes later is nobody's. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.takeBackTimer?.();
    for (;;) {
      await this.sending;
      const batch = this.next();
      if (!batch) return;
      await this.send(batch);
    }
  }

  private begin(): Batch {
    const { frame, times } = this.parts;
    const writer = this.spare ?? new ProtobufWriter(frame.headMax + times.batchMax * SPAN_BYTES);
    this.spare = null;
    writer.at = frame.headMax;
    return { writer, spans: 0 };
  }

  private seal(): void {
    if (this.open) this.full.push(this.open);
    this.open = null;
  }

  /** The oldest batch, full or not. */
  private next(): Batch | undefined {
    if (this.full.length === 0) this.seal();
    return this.full.shift();
  }

  /** A full batch goes at once; one that is not waits for its time. Neither while another one is under way. */
  private schedule(): void {
    if (this.sending || this.isClosed || this.waiting === 0) return;
    if (this.full.length > 0) return this.go();
    this.takeBackTimer ??= this.parts.clock.after(this.parts.times.delayMs, () => this.go());
  }

  private go(): void {
    this.takeBackTimer?.();
    this.takeBackTimer = null;
    const batch = this.next();
    if (!batch) return;
    this.sending = this.send(batch).then(() => {
      this.sending = null;
      this.schedule();
    });
  }

  private async send({ writer, spans }: Batch): Promise<void> {
    const { send, frame, lost } = this.parts;
    this.waiting -= spans;
    const failure = await send(frame.around(writer));
    if (failure !== null) lost.add('export_failed', spans, failure);
    // Its bytes are sent or given up, and nobody looks at them any more.
    this.spare = writer;
  }
}

/**
 * Writes a span, or nothing. Handlers set attributes, too, and an object that throws when it is looked at must fail
 * neither the step that ends nor the spans beside it.
 */
function written(writer: ProtobufWriter, span: OtlpSpan): boolean {
  const begin = writer.at;
  try {
    writer.tag(SPANS, DELIMITED);
    writeSpan(writer, span);
    return true;
  } catch {
    writer.at = begin;
    return false;
  }
}
