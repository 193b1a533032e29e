import {
  type ClientHints,
  type Clock,
  type HistoryStore,
  newUuid,
  type Operation,
  type RequestOutcome,
} from '@holdfast/kernel';

/** What a request says of itself beside its body. */
export interface RequestContext {
  readonly hints: ClientHints | null;
  readonly traceParent: string | null;
}

/**
 * Writes down who asked for an operation, and how often. Advisory: it is batched, nobody waits for it, and when the
 * database is away or the queue is full, the entry is dropped and counted rather than holding up an answer.
 */
export class LogRequests {
  private readonly underWay = new Set<Promise<void>>();
  /** Entries that were not written down. */
  dropped = 0;

  constructor(
    private readonly store: Pick<HistoryStore, 'logRequest'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Notes a create or replay. A create that says nothing beyond what the operation's row tells anyway is not written
   * down: the happy path costs no write.
   */
  note({ uuid, shard }: Operation, outcome: RequestOutcome, { hints, traceParent }: RequestContext): void {
    if (outcome === 'created' && isFirstTry(hints)) return;
    const written = this.store
      .logRequest({
        id: newUuid(this.clock.wallMs(), shard),
        operationUuid: uuid,
        shard,
        outcome,
        clientAttempt: hints?.attempt ?? null,
        clientMax: hints?.max ?? null,
        reason: hints?.reason ?? null,
        traceParent,
      })
      .catch(() => {
        this.dropped += 1;
      })
      .finally(() => this.underWay.delete(written));
    this.underWay.add(written);
  }

  /** Resolves when everything noted so far is written down or dropped: part of a drain. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }
}

/** SDKs that count from the first request say «attempt 1» on each. */
function isFirstTry(hints: ClientHints | null): boolean {
  return hints === null || ((hints.attempt ?? 1) === 1 && hints.reason === undefined);
}
