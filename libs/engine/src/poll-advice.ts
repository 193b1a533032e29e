import { type Clock, isTerminal, type Operation } from '@holdfast/kernel';

const ADVICE_MAX_SECONDS = 60;
/** Weight of the newest duration in the running average of its type. */
const WEIGHT = 0.2;
/** Types remembered at most: names come from the registry, so this is never reached in earnest. */
const TYPES_MAX = 1_000;

/**
 * Says when polling again is worth while. Learns, per type, how long operations took from their creation to their end
 * by looking at the finished ones that pass by, so it costs no query (CONTRACT §3, `Retry-After`).
 */
export class PollAdvice {
  private readonly averageMs = new Map<string, number>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  /** Remembers how long a finished operation took; an unfinished one, or one seen before, is no news. */
  learn(operation: Operation): void {
    if (!operation.finishedAt || !operation.startedAt || this.seen.has(operation.uuid)) return;
    if (this.seen.size >= TYPES_MAX) this.seen.clear();
    this.seen.add(operation.uuid);
    const tookMs = operation.finishedAt.getTime() - operation.startedAt.getTime();
    const before = this.averageMs.get(operation.type);
    if (before === undefined && this.averageMs.size >= TYPES_MAX) return;
    this.averageMs.set(operation.type, before === undefined ? tookMs : before + WEIGHT * (tookMs - before));
  }

  /** Whole seconds, at least 1, until the next poll is worth while; null for a terminal operation. */
  retryAfterSeconds(operation: Operation): number | null {
    if (isTerminal(operation.status)) return null;
    const now = this.clock.wallMs();
    const typicalMs = this.averageMs.get(operation.type) ?? 0;
    const dueInMs = operation.status === 'pending' ? Math.max(0, operation.runAt.getTime() - now) : 0;
    const ageMs = operation.startedAt ? Math.max(0, now - operation.startedAt.getTime()) : 0;
    // Past its usual time, an operation is asked for at growing intervals: a fraction of its age.
    const leftMs = dueInMs > 0 ? dueInMs + typicalMs : Math.max(typicalMs - ageMs, ageMs / 4);
    const jitter = 0.8 + 0.4 * this.random();
    return Math.min(ADVICE_MAX_SECONDS, Math.max(1, Math.round((leftMs / 1000) * jitter)));
  }
}
