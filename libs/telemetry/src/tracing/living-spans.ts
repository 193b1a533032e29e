import type { SpanContext } from '@opentelemetry/api';
import type { Settlement } from '@holdfast/kernel';
import { isKept, spanContextOf } from './span-context.js';

/** What items of a batch may say about themselves. */
interface Item {
  readonly traceParent?: string | null;
  readonly settlement?: Settlement;
  readonly uuid?: string;
}

/**
 * Which recorded span a write belongs to. A new operation carries its creation; a step is written while its attempt
 * runs, and the end of an attempt right after, by the settlement that the attempt gave.
 */
export class LivingSpans {
  private readonly attempts = new Map<string, SpanContext>();
  private readonly settlements = new WeakMap<Settlement, SpanContext>();

  begin(uuid: string, attempt: SpanContext): void {
    this.attempts.set(uuid, attempt);
  }

  end(uuid: string, attempt: SpanContext, settlement: Settlement | null): void {
    if (this.attempts.get(uuid) === attempt) this.attempts.delete(uuid);
    if (settlement) this.settlements.set(settlement, attempt);
  }

  /** Whether the span of an item is recorded; cheaper than to ask for it. */
  knows(item: Item): boolean {
    return item.traceParent === undefined ? this.spanOf(item) !== null : isKept(item.traceParent);
  }

  /** Null for an item whose span is not recorded. */
  spanOf({ traceParent, settlement, uuid }: Item): SpanContext | null {
    if (traceParent !== undefined) return isKept(traceParent) ? spanContextOf(traceParent) : null;
    const ended = settlement && this.settlements.get(settlement);
    return ended ?? (uuid === undefined ? null : (this.attempts.get(uuid) ?? null));
  }
}
