import type { ClaimedOperation, Clock, Log, WorkerStore } from '@holdfast/kernel';
import { backoffAfter } from './backoff.js';
import { FaultNotice } from './fault-notice.js';
import type { Lease } from './lease.js';

export interface ClaimLoopParts {
  readonly store: Pick<WorkerStore, 'claim' | 'nextDueInMs'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly lanes: readonly string[];
  readonly pollIntervalMs: number;
  /** How many more operations can be taken now. */
  readonly free: () => number;
  /** The lease to claim under; null while there is none. */
  readonly lease: () => Lease | null;
  readonly take: (claimed: ClaimedOperation, lease: Lease, batch: number) => void;
}

/** Ms of quiet before the store is asked when something is due: a steady trickle of work never asks. */
const QUIET_MS = 10;

/**
 * Fetches work: as much as there is room for, one claim at a time. While a claim is under way and while slots fill and
 * empty, wishes for another one add up to a single next claim, so that a busy worker claims in ever larger batches and
 * an idle one at once. While every slot is taken nothing is asked.
 */
export class ClaimLoop {
  /** Something may be due that has not been asked for. */
  private wanted = false;
  private underWay: Promise<void> | null = null;
  private turnPlanned = false;
  private resting = false;
  private stopped = false;
  private takeBackAlarm: (() => void) | null = null;
  private alarmAtMs = 0;
  private emptyClaims = 0;
  private readonly fault: FaultNotice;

  constructor(private readonly parts: ClaimLoopParts) {
    this.fault = new FaultNotice(parts.log, 'Claiming operations');
  }

  /** True while something that is due may stand in the queue: what comes now has to stand behind it. */
  get mayFind(): boolean {
    return this.wanted || this.underWay !== null || this.resting;
  }

  /** Something may be due now. */
  hint(): void {
    this.wanted = true;
    this.turn();
  }

  /** Something will be due in `ms`. */
  hintIn(ms: number): void {
    const at = this.parts.clock.monotonicMs() + ms;
    if (this.takeBackAlarm && this.alarmAtMs > at) this.alarmIn(ms, () => this.hint());
  }

  /** There is room for more: worth a claim only when the last one left something behind. */
  slotFreed(): void {
    if (this.wanted) this.turn();
  }

  /** Ends the loop; resolves when no claim is under way any more. Never rejects. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.clearAlarm();
    await this.underWay;
  }

  /** Claims once everything that happens in this turn of the event loop has happened: slots are freed in swarms. */
  private turn(): void {
    if (this.turnPlanned || this.underWay || this.resting || this.stopped) return;
    this.turnPlanned = true;
    setImmediate(() => {
      this.turnPlanned = false;
      const lease = this.parts.lease();
      const limit = this.parts.free();
      // Whoever opens a lease or frees a slot calls again.
      if (!lease || limit <= 0 || this.stopped || this.parts.lanes.length === 0) return;
      this.underWay = this.claim(lease, limit).finally(() => {
        this.underWay = null;
        this.goOn();
      });
    });
  }

  private async claim(lease: Lease, limit: number): Promise<void> {
    const { store, clock, random, lanes, take } = this.parts;
    this.wanted = false;
    this.clearAlarm();
    const batch = lease.batches.next();
    const finished = lease.batches.finished();
    try {
      const claimed = await store.claim({
        workerId: lease.workerId,
        lanes,
        limit,
        batch,
        finishedBatches: finished,
      });
      this.fault.worked();
      lease.batches.forget(finished);
      lease.batches.claimed(batch, claimed.length);
      this.emptyClaims = claimed.length === 0 ? this.emptyClaims + 1 : 0;
      if (claimed.length >= limit) this.wanted = true;
      for (const operation of claimed) take(operation, lease, batch);
    } catch (error) {
      const failures = this.fault.failed(error);
      lease.doubt();
      this.wanted = true;
      this.resting = true;
      clock.after(backoffAfter(failures, random), () => {
        this.resting = false;
        this.turn();
      });
    }
  }

  private goOn(): void {
    if (this.wanted) this.turn();
    else this.alarmIn(QUIET_MS, () => void this.look());
  }

  /** Sleeps until the next operation is due, or until it is time to poll because a hint may have been lost. */
  private async look(): Promise<void> {
    const { store, lanes, pollIntervalMs } = this.parts;
    // Until the answer is here, the poll stands in for it.
    this.alarmIn(pollIntervalMs, () => this.hint());
    try {
      const dueMs = await store.nextDueInMs(lanes);
      if (dueMs === null || !this.takeBackAlarm) return;
      // Due, and yet the claim did not get it: somebody else has it in hand and may or may not let go.
      const wait = dueMs > 0 ? Math.ceil(dueMs) : QUIET_MS * 2 ** Math.min(this.emptyClaims, 10);
      this.hintIn(wait);
    } catch {
      // The poll comes anyway, and its claim says what is wrong.
    }
  }

  private alarmIn(ms: number, ring: () => void): void {
    this.clearAlarm();
    if (this.stopped) return;
    this.alarmAtMs = this.parts.clock.monotonicMs() + ms;
    this.takeBackAlarm = this.parts.clock.after(ms, () => {
      this.takeBackAlarm = null;
      ring();
    });
  }

  private clearAlarm(): void {
    this.takeBackAlarm?.();
    this.takeBackAlarm = null;
  }
}
