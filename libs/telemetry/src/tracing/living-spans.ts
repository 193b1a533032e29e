import type { SpanContext } from '@opentelemetry/api';
import { isKept, type Settlement } from '@holdfast/kernel';
import { spanContextOf } from './span-context.js';

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

  /**
   * Where the recorded span of an item is to be found: a `traceparent` that is still to be read, or the span's context.
   * Null when it is not recorded. An item may know its span only for as long as its attempt lives.
   */
  find({ traceParent, settlement, uuid }: Item): FoundSpan | null {
    if (traceParent !== undefined) return isKept(traceParent) ? traceParent : null;
    const ended = settlement && this.settlements.get(settlement);
    return ended ?? (uuid === undefined ? null : (this.attempts.get(uuid) ?? null));
  }
}

/** A recorded span, as {@link LivingSpans.find} gives it: most of those that are found are never read. */
export type FoundSpan = string | SpanContext;

export function contextOf(found: FoundSpan): SpanContext | null {
  return typeof found === 'string' ? spanContextOf(found) : found;
}
