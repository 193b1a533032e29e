import {
  type ClaimedOperation,
  type ClientHints,
  type Clock,
  type EndedOperation,
  isRefusal,
  isTerminal,
  type JsonObject,
  type LostAttempt,
  type NewOperation,
  type ObservedDecision,
  type ObservedRequest,
  type ObservedSignal,
  type Observer,
  type Operation,
  type RetentionCounts,
  RETRY_REASONS,
  type Settlement,
  type StepId,
  type SweepCounts,
  targetOf,
} from '@holdfast/kernel';
import { IDEMPOTENCY_OUTCOMES, outcomeOfRefusal } from '../names/idempotency-outcome.js';
import { BoundedWords } from './bounded-words.js';
import { OTHER } from './cells.js';
import type { Metrics } from './metrics.js';

/** Error codes of one type that are told apart; handlers make them up. */
const CODES_MAX = 20;
/** Attempts of clients from this one on are counted together. */
const ATTEMPT_SHOWN_MAX = 5;
/** What a lost lease can make of an operation. */
const LOST_INTO = ['pending', 'failed', 'canceled'] as const;
/** How an operation can end where no attempt says so. */
const ENDED_ALONE = ['failed', 'canceled'] as const;
const NO_REASON = 'none';
/** What became of a request that we could not serve: no database, no room, a drain. */
const UNAVAILABLE = 'unavailable';
/** What became of an attempt for which nothing may be written any more. */
const UNWRITTEN = 'unwritten';

/** Counts and times what it looks on at. Attribute values are bounded here: what is not known beforehand is `_other`. */
export class MetricsObserver implements Observer {
  private readonly codes = new Map<string, BoundedWords>();

  /** `types`: names of the registered operation types. What they count begins at zero. */
  constructor(
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    private readonly types: Pick<ReadonlySet<string>, 'has' | 'keys'>,
  ) {
    for (const type of types.keys()) {
      for (const outcome of [...IDEMPOTENCY_OUTCOMES, UNAVAILABLE]) metrics.touch('requests', [type, outcome]);
      for (const status of LOST_INTO) metrics.touch('leasesLost', [type, status]);
      for (const status of ENDED_ALONE) metrics.touch('endedAlone', [type, status]);
    }
    // What is refused before its type is looked at.
    metrics.touch('requests', [OTHER, 'invalid']);
    for (const key of ['purged', 'archived', 'forgotten'] as const) metrics.touch(key, []);
    for (const reason of [NO_REASON, ...RETRY_REASONS]) metrics.touch('replays', [reason, 'unknown']);
  }

  /** The type as an attribute: clients may ask for any, and rows may be of types that only others know. */
  typeWord(type: string): string {
    return this.types.has(type) ? type : OTHER;
  }

  async decision<Made extends ObservedDecision>(request: ObservedRequest, decide: () => Promise<Made>): Promise<Made> {
    try {
      const made = await decide();
      const type = this.typeWord(made.operation.type);
      this.metrics.add('requests', [type, made.replayed ? 'replayed' : 'created']);
      if (made.replayed) this.metrics.add('replays', replayWords(request.hints));
      return made;
    } catch (error) {
      const outcome = (isRefusal(error) && outcomeOfRefusal(error)) || UNAVAILABLE;
      this.metrics.add('requests', [this.typeWord(typeIn(request.body)), outcome]);
      throw error;
    }
  }

  async attempt(claimed: ClaimedOperation, run: () => Promise<Settlement | null>): Promise<Settlement | null> {
    const type = this.typeWord(claimed.type);
    this.metrics.record('waiting', [type], Math.max(0, claimed.dueForMs) / 1_000);
    const startedMs = this.clock.monotonicMs();
    const settlement = await run();
    const ranMs = this.clock.monotonicMs() - startedMs;
    const code = settlement && 'error' in settlement ? this.codeWord(type, settlement.error.code) : '';
    this.metrics.record('attempts', [type, settlement?.event ?? UNWRITTEN, code], ranMs / 1_000);
    if (settlement) {
      const status = targetOf(settlement.event);
      if (isTerminal(status)) this.metrics.record('operations', [type, status], (claimed.ageMs + ranMs) / 1_000);
    }
    return settlement;
  }

  async step<Result>(claimed: ClaimedOperation, { kind }: StepId, run: () => Promise<Result>): Promise<Result> {
    const type = this.typeWord(claimed.type);
    const startedMs = this.clock.monotonicMs();
    const ended = (code: string) =>
      this.metrics.record('steps', [type, kind, code], (this.clock.monotonicMs() - startedMs) / 1_000);
    try {
      const result = await run();
      ended('');
      return result;
    } catch (error) {
      ended(this.codeWord(type, codeOf(error)));
      throw error;
    }
  }

  lost(attempts: readonly LostAttempt[]): void {
    for (const { type, status } of attempts) this.metrics.add('leasesLost', [this.typeWord(type), status]);
    this.endedAlone(attempts.filter(({ status }) => isTerminal(status)));
  }

  endedAlone(operations: readonly EndedOperation[]): void {
    for (const { type, status } of operations) this.metrics.add('endedAlone', [this.typeWord(type), status]);
  }

  retired({ purged, archived, forgotten }: RetentionCounts): void {
    this.metrics.add('purged', [], purged);
    this.metrics.add('archived', [], archived);
    this.metrics.add('forgotten', [], forgotten);
  }

  batch<Result>(statement: string, items: readonly object[], run: () => Promise<Result[]>): Promise<Result[]> {
    this.metrics.record('batches', [statement], items.length);
    return run();
  }

  async statement<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
    const startedMs = this.clock.monotonicMs();
    const ended = (code: string) =>
      this.metrics.record('statements', ['postgresql', name, code], (this.clock.monotonicMs() - startedMs) / 1_000);
    try {
      const result = await run();
      ended('');
      return result;
    } catch (error) {
      ended(sqlClassOf(error));
      throw error;
    }
  }

  creation(
    operation: NewOperation,
    store: (operation: NewOperation) => Promise<Operation | null>,
  ): Promise<Operation | null> {
    return store(operation);
  }

  signal<Result>(
    { traceParent }: ObservedSignal,
    send: (traceParent: string | null) => Promise<Result>,
  ): Promise<Result> {
    return send(traceParent);
  }

  sweep<Report extends SweepCounts>(run: () => Promise<Report>): Promise<Report> {
    return run();
  }

  private codeWord(type: string, code: string): string {
    let words = this.codes.get(type);
    if (!words) this.codes.set(type, (words = new BoundedWords(CODES_MAX)));
    return words.of(code);
  }
}

function typeIn(body: JsonObject): string {
  return typeof body['type'] === 'string' ? body['type'] : OTHER;
}

function replayWords(hints: ClientHints | null | undefined): string[] {
  const { attempt, reason = NO_REASON } = hints ?? {};
  if (attempt === undefined) return [reason, 'unknown'];
  return [reason, attempt < ATTEMPT_SHOWN_MAX ? String(attempt) : `${ATTEMPT_SHOWN_MAX}+`];
}

/** The code a failure of a handler carries, else what it calls itself. */
function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : 'unknown';
}

/** The class of PostgreSQL's five-character code, of which there are some forty; anything else is the connection's. */
function sqlClassOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code.slice(0, 2) : 'connection';
}
