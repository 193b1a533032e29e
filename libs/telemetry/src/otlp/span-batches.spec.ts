import { describe, expect, test } from '@jest/globals';
import { type Attributes, SpanKind } from '@opentelemetry/api';
import { type Clock, systemClock } from '@holdfast/kernel';
import { LostSpans } from './lost-spans.js';
import { OtlpSpan } from './otlp-span.js';
import { RequestFrame } from './request-frame.js';
import { type BatchTimes, SpanBatches } from './span-batches.js';
import { SpanClock } from './span-clock.js';

const IDS = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 1 };
const LIMITS = {
  attributes: 128,
  valueLength: Infinity,
  events: 128,
  links: 128,
  attributesPerEvent: 128,
  attributesPerLink: 128,
};

/** Time that passes when it is told to. */
class StillClock implements Clock {
  private nowMs = 0;
  private timers: { readonly atMs: number; readonly fn: () => void }[] = [];

  wallMs(): number {
    return this.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { atMs: this.nowMs + ms, fn };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((one) => one !== timer));
  }

  pass(ms: number): void {
    this.nowMs += ms;
    const due = this.timers.filter(({ atMs }) => atMs <= this.nowMs);
    this.timers = this.timers.filter(({ atMs }) => atMs > this.nowMs);
    for (const { fn } of due) fn();
  }
}

/** A collector that answers when it is told to, and knows spans by their names. */
class Collector {
  readonly requests: string[][] = [];
  private answer: ((failure: string | null) => void) | null = null;

  readonly send = (request: Uint8Array): Promise<string | null> => {
    this.requests.push(
      [
        ...Buffer.from(request)
          .toString('latin1')
          .matchAll(/span-\d+(?=;)/g),
      ].map(([name]) => name),
    );
    return new Promise((resolve) => (this.answer = resolve));
  };

  async answers(failure: string | null = null): Promise<void> {
    this.answer?.(failure);
    // What waits for the answer goes on by promises alone.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function scene(times: Partial<BatchTimes> = {}) {
  const clock = new StillClock();
  const collector = new Collector();
  const told: string[] = [];
  const lost = new LostSpans(clock, (sentence) => told.push(sentence));
  const batches = new SpanBatches({
    times: { queueMax: 8, batchMax: 3, delayMs: 5_000, ...times },
    frame: new RequestFrame({ 'service.name': 'test' }, 'test'),
    send: collector.send,
    lost,
    clock,
  });
  let last = 0;
  const end = (spans: number, attributes: Attributes = {}) => {
    for (let count = 0; count < spans; count += 1) {
      const begun = { name: `span-${(last += 1)};`, kind: SpanKind.INTERNAL, context: IDS, parent: undefined };
      new OtlpSpan(begun, undefined, new SpanClock(systemClock), LIMITS, batches).setAttributes(attributes).end();
    }
  };
  return { clock, collector, batches, lost, told, end };
}

describe('ended spans', () => {
  test('are sent when a batch is full, and one batch at a time', async () => {
    const { collector, end } = scene();
    end(7);
    expect(collector.requests).toEqual([['span-1', 'span-2', 'span-3']]);
    await collector.answers();
    expect(collector.requests[1]).toEqual(['span-4', 'span-5', 'span-6']);
    await collector.answers();
    expect(collector.requests).toHaveLength(2);
  });

  test('are sent when the first of them has waited long enough', () => {
    const { clock, collector, end } = scene();
    end(1);
    clock.pass(4_999);
    end(1);
    expect(collector.requests).toEqual([]);
    clock.pass(1);
    expect(collector.requests).toEqual([['span-1', 'span-2']]);
  });

  test('are sent at the end, whatever is still under way', async () => {
    const { collector, batches, end } = scene();
    end(5);
    const closed = batches.close();
    await collector.answers();
    await collector.answers();
    await closed;
    expect(collector.requests.flat()).toEqual(['span-1', 'span-2', 'span-3', 'span-4', 'span-5']);
    end(1);
    expect(collector.requests.flat()).toHaveLength(5);
  });

  test('are lost when the queue is full, which is counted, and told of once a minute', async () => {
    const { clock, collector, lost, told, end } = scene();
    end(3 + 8 + 2);
    expect(lost.count('queue_full')).toBe(2);
    await collector.answers('nobody listens');
    expect(lost.count('export_failed')).toBe(3);
    expect(told).toEqual(['spans lost: 1. More come than the collector takes.']);
    clock.pass(60_000);
    await collector.answers('nobody listens');
    expect(told[1]).toBe('spans lost: 7. nobody listens');
  });

  test('whose attributes cannot be read are lost alone', () => {
    const { clock, collector, lost, end } = scene();
    end(1);
    const looks = { left: 1 };
    const value = Object.defineProperty({}, 'shy', {
      enumerable: true,
      get() {
        if (looks.left === 0) throw new Error('do not look');
        looks.left -= 1;
        return 1;
      },
    });
    end(1, { value });
    end(1);
    clock.pass(5_000);
    expect(collector.requests).toEqual([['span-1', 'span-3']]);
    expect(lost.count('unwritable')).toBe(1);
  });
});
