import { type Clock, type HeldOperation, type Log, newUuid, pause, type WorkerStore } from '@holdfast/kernel';
import { describeThrown } from '../attempt/thrown-value.js';
import { backoffAfter } from './backoff.js';
import { Batches } from './batches.js';
import { FaultNotice } from './fault-notice.js';

/** What a lease needs of the attempts under it. */
export interface UnderLease {
  readonly held: HeldOperation;
  stop(code: 'canceled' | 'lease_lost'): void;
}

export interface LeaseParts {
  readonly store: WorkerStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly name: string;
  readonly types: readonly string[];
  readonly lanes: readonly string[];
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly random: () => number;
  /** Aborts when the worker closes. */
  readonly closing: AbortSignal;
}

/** Beats in one lease; a failed one is repeated four times as often. */
const BEATS = 3;
const HURRY = 4;

/**
 * One registration of this process as a worker, and the right to run that goes with it: it is renewed by one heartbeat,
 * however many operations are held. A lease that is over is never revived; the process registers anew under another id,
 * so that a worker that was away too long cannot be taken for its successor.
 */
export class Lease {
  readonly workerId: string;
  readonly batches = new Batches();
  private readonly attempts = new Set<UnderLease>();
  private readonly fault: FaultNotice;
  private state: 'held' | 'doubtful' | 'over' = 'held';
  private endsAtMs = 0;
  private renewedAtMs = 0;
  private takeBackBeat = () => undefined as void;
  private takeBackFence = () => undefined as void;
  private inspecting = false;

  /** `onEnd` is called when new claims need another lease, once; what is held under this one may go on. */
  constructor(
    private readonly parts: LeaseParts,
    private readonly onEnd: (lease: Lease) => void,
  ) {
    this.workerId = newUuid(parts.clock.wallMs(), 0);
    this.fault = new FaultNotice(parts.log, 'Renewing the lease');
  }

  /** True while everything held under it may still be written. */
  get holds(): boolean {
    return !this.over && this.parts.clock.monotonicMs() < this.endsAtMs;
  }

  /** True when nothing more is written under it, and nothing renewed. */
  get over(): boolean {
    return this.state === 'over';
  }

  /** Ms since the last renewal that is known to have succeeded. */
  get sinceRenewalMs(): number {
    return this.parts.clock.monotonicMs() - this.renewedAtMs;
  }

  /** Registers and starts the heartbeat. Throws what the store throws; the lease is then of no use. */
  async open(): Promise<void> {
    const { store, name, types, lanes, concurrency, leaseMs, clock } = this.parts;
    const asked = clock.monotonicMs();
    await store.register({ workerId: this.workerId, name, types, lanes, concurrency, leaseMs });
    this.extend(asked);
    this.beatIn(leaseMs / BEATS);
  }

  hold(attempt: UnderLease): void {
    this.attempts.add(attempt);
  }

  /** The attempt is over. `ended` is false when it is not certain that the operation no longer runs under this lease. */
  release(attempt: UnderLease, batch: number, ended: boolean): void {
    this.attempts.delete(attempt);
    if (ended) this.batches.release(batch);
    else this.doubt();
    this.retireIfIdle();
  }

  /**
   * There may be operations that run under this lease in the database and that nobody here knows of: the answer to a
   * claim was lost, or an end could not be written. They come back only when the lease ends, so it takes no more.
   */
  doubt(): void {
    if (this.state !== 'held') return;
    this.state = 'doubtful';
    this.onEnd(this);
    this.retireIfIdle();
  }

  /**
   * Gives the lease back: the next sweep finds whatever is still recorded under it. Tried again until the lease would
   * have run out by itself, or the worker closes. Never rejects.
   */
  async retire(): Promise<void> {
    const { store, clock, log, random, closing } = this.parts;
    if (this.over) return;
    this.end();
    for (let failures = 1; ; failures += 1) {
      try {
        await store.retire(this.workerId);
        return;
      } catch (error) {
        log.debug('The lease could not be given back.', { error: describeThrown(error) });
      }
      if (closing.aborted || clock.monotonicMs() >= this.endsAtMs) return;
      await pause(clock, backoffAfter(failures, random), closing);
    }
  }

  private retireIfIdle(): void {
    if (this.state === 'doubtful' && this.attempts.size === 0) void this.retire();
  }

  private beatIn(ms: number): void {
    this.takeBackBeat = this.parts.clock.after(ms, () => void this.beat());
  }

  private async beat(): Promise<void> {
    const { store, clock, leaseMs } = this.parts;
    const asked = clock.monotonicMs();
    // A process that was stopped for longer than its lease must not extend what may be somebody else's by now.
    if (!this.holds) return this.lose('it ran out before it could be renewed');
    const finished = this.batches.finished();
    let wait = leaseMs / BEATS;
    try {
      const renewed = await store.renew(this.workerId, leaseMs, finished);
      if (this.over) return;
      if (!renewed) return this.lose('it was declared lost');
      this.batches.forget(finished);
      this.extend(asked);
      this.fault.worked();
      void this.inspect();
    } catch (error) {
      this.fault.failed(error);
      wait /= HURRY;
    }
    if (!this.over) this.beatIn(Math.max(0, wait - (clock.monotonicMs() - asked)));
  }

  /** The lease is counted from before the question, so that it ends here no later than in the database. */
  private extend(askedMs: number): void {
    const { clock, leaseMs } = this.parts;
    this.renewedAtMs = askedMs;
    this.endsAtMs = askedMs + leaseMs;
    this.takeBackFence();
    this.takeBackFence = clock.after(this.endsAtMs - clock.monotonicMs(), () => this.fence());
  }

  private fence(): void {
    const leftMs = this.endsAtMs - this.parts.clock.monotonicMs();
    // Timers may be early by a fraction of a millisecond.
    if (leftMs > 0) this.takeBackFence = this.parts.clock.after(Math.ceil(leftMs), () => this.fence());
    else this.lose('it ran out before it could be renewed');
  }

  private lose(why: string): void {
    if (this.over) return;
    const held = [...this.attempts];
    this.parts.log.warn('The lease is lost; what was held is dropped.', { why, held: held.length });
    const claimable = this.state === 'held';
    this.end();
    for (const attempt of held) attempt.stop('lease_lost');
    if (claimable) this.onEnd(this);
  }

  private end(): void {
    this.state = 'over';
    this.takeBackBeat();
    this.takeBackFence();
  }

  /** Looks what happened to what is held behind our back; hints about it may have been lost. */
  private async inspect(): Promise<void> {
    const byUuid = new Map([...this.attempts].map((attempt) => [attempt.held.uuid, attempt]));
    if (this.inspecting || byUuid.size === 0) return;
    this.inspecting = true;
    try {
      for (const seen of await this.parts.store.inspect([...byUuid.values()].map((attempt) => attempt.held))) {
        const attempt = byUuid.get(seen.uuid);
        if (attempt?.held.fence !== seen.fence || !this.attempts.has(attempt)) continue;
        if (!seen.held) attempt.stop('lease_lost');
        else if (seen.cancelRequested) attempt.stop('canceled');
      }
    } catch (error) {
      this.parts.log.debug('What is held could not be looked at; the next heartbeat tries again.', {
        error: describeThrown(error),
      });
    } finally {
      this.inspecting = false;
    }
  }
}
