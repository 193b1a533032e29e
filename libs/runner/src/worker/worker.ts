import type { Sweep } from '@holdfast/engine';
import {
  type ClaimedOperation,
  type Clock,
  type HistoryStore,
  lanesOf,
  type Log,
  type Observer,
  type OperationStore,
  pause,
  type Settlement,
  type Signal,
  type Signals,
  type StepStore,
  type WorkerStore,
} from '@holdfast/kernel';
import { Attempt, type AttemptParts } from '../attempt/attempt.js';
import type { HandlerRegistry } from '../handlers/handler-registry.js';
import { ClaimLoop } from './claim-loop.js';
import type { Lease } from './lease.js';
import { Leases } from './leases.js';
import { OpenSlots } from './open-slots.js';
import { settle } from './settle.js';
import { SweepLoop } from './sweep-loop.js';
import type { WorkerSettings } from './worker-settings.js';

export interface WorkerParts {
  readonly store: WorkerStore;
  readonly steps: StepStore;
  readonly operations: Pick<OperationStore, 'create' | 'find'>;
  /** Carries notes between operations; told when there may be some. */
  readonly mail: { soon(): void };
  readonly sweep: Pick<Sweep, 'run'>;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly log: Log;
  /** Gives [0, 1). */
  readonly random: () => number;
  readonly handlers: HandlerRegistry;
  /** Makes traces and metrics, for which it may ask what is written down; absent where nobody looks on. */
  readonly observer?: Observer;
  readonly histories?: Pick<HistoryStore, 'history'>;
  readonly settings: WorkerSettings;
}

/** How a worker is doing, for health and metrics. */
export interface WorkerState {
  /** Id of the lease that claims; null while the database has not granted one. */
  readonly workerId: string | null;
  readonly held: number;
  readonly concurrency: number;
  /** Handlers that ignored their signal and still run, beside what is held. */
  readonly abandoned: number;
  readonly draining: boolean;
  /** Ms since the last heartbeat that was answered; null without a lease. */
  readonly sinceRenewalMs: number | null;
}

/** Handlers that ignored their signal and still run, for each slot, before a worker claims nothing more. */
const ABANDONED_PER_SLOT = 4;

/** Ms that the last writes of a drain may take when the database does not answer. */
const LAST_WRITES_MS = 5_000;

/**
 * Runs operations: claims what is due, executes their handlers, writes how they ended, and sweeps. What it writes always
 * carries the fence of the claim, so that a worker that was away too long changes nothing (CONTRACT I4).
 */
export class Worker {
  private readonly attempts = new Set<Attempt>();
  private readonly shared: AttemptParts;
  private readonly leases: Leases;
  private readonly claims: ClaimLoop;
  private readonly slots: OpenSlots;
  private readonly sweeps: SweepLoop;
  private abandoned = 0;
  /** Attempts whose handler is through and whose end is being written. */
  private ending = 0;
  private unsubscribe = () => undefined as void;
  private withdraw = () => undefined as void;
  private drained: Promise<void> | null = null;
  private allEnded: (() => void) | null = null;

  constructor(private readonly parts: WorkerParts) {
    const { store, sweep, signals, clock, log, random, handlers, settings } = parts;
    const types = [...handlers.types.keys()];
    const lanes = lanesOf(handlers.types);
    const { name, concurrency, leaseMs, pollIntervalMs, sweepIntervalMs } = settings;
    const onOpened = () => this.claims.hint();
    this.leases = new Leases({ store, clock, log, random, name, types, lanes, concurrency, leaseMs, onOpened });
    this.claims = new ClaimLoop({
      store,
      clock,
      random,
      log,
      lanes,
      pollIntervalMs,
      free: () => this.free(),
      lease: () => this.leases.current,
      take: (claimed, lease, batch) => this.take(claimed, lease, batch),
    });
    this.slots = new OpenSlots({
      lanes,
      free: () => this.free(),
      lease: () => this.leases.current,
      queued: () => this.claims.mayFind,
      take: (claimed, lease, batch) => this.take(claimed, lease, batch),
      onSettled: () => {
        // A claim that found all slots reserved waits for whoever frees one.
        this.claims.slotFreed();
        this.noteIdle();
      },
    });
    this.sweeps = new SweepLoop({ sweep, clock, random, log, intervalMs: sweepIntervalMs });
    this.shared = {
      ...parts,
      types: handlers.types,
      yieldMs: settings.yieldMs,
      traceUrl: settings.traceUrl ?? null,
      onProgress: (uuid) => signals.publish({ kind: 'changed', uuids: [uuid] }),
      onDeadline: () => this.sweeps.soon(),
      onChildCreated: () => signals.publish({ kind: 'due' }),
    };
  }

  /** Begins to work. Needs no database yet: whatever fails is tried again until {@link drain}. */
  start(): void {
    if (this.drained) return;
    this.unsubscribe = this.parts.signals.subscribe((signal) => this.hear(signal));
    this.withdraw = this.parts.store.offer(this.slots);
    this.leases.start();
    this.sweeps.soon();
  }

  /**
   * Stops: nothing is claimed any more, what is held may end within `graceMs`; then handlers are told to stop, and what
   * is left is handed back, due at once and without counting the attempt. Ends in bounded time, also without a database:
   * what could not be handed back returns when its lease ends. Calling it again gives the same promise.
   */
  drain(graceMs: number): Promise<void> {
    this.drained ??= this.drainOnce(graceMs);
    return this.drained;
  }

  state(): WorkerState {
    const lease = this.leases.current;
    return {
      workerId: lease?.workerId ?? null,
      held: this.attempts.size,
      concurrency: this.parts.settings.concurrency,
      abandoned: this.abandoned,
      draining: this.drained !== null,
      sinceRenewalMs: lease?.sinceRenewalMs ?? null,
    };
  }

  /**
   * How many more operations may be taken. A slot is free when its handler is through: claiming goes on while ends are
   * being written, up to as many again as there are slots, so that a slow database cannot pile up what is held.
   */
  private free(): number {
    const { concurrency } = this.parts.settings;
    // Handlers that were left to themselves still run, and what they call may be what is slow.
    if (this.abandoned >= concurrency * ABANDONED_PER_SLOT) return 0;
    const held = this.attempts.size + this.slots.reserved;
    return Math.min(concurrency - held + this.ending, 2 * concurrency - held);
  }

  private async drainOnce(graceMs: number): Promise<void> {
    const { clock, log, settings } = this.parts;
    log.info('Draining: nothing more is claimed.', { held: this.attempts.size });
    this.withdraw();
    const loops = Promise.all([this.claims.stop(), this.sweeps.stop()]);
    await within(clock, graceMs, this.whenIdle());
    for (const attempt of this.attempts) attempt.stop('draining');
    // A claim that was under way may bring something only now.
    const idle = loops.then(() => this.whenIdle());
    await within(clock, settings.yieldMs + LAST_WRITES_MS, idle);
    this.unsubscribe();
    await within(clock, LAST_WRITES_MS, this.leases.retire());
    log.info('Drained.', { left: this.attempts.size });
  }

  private hear(signal: Signal): void {
    if (signal.kind === 'due') this.claims.hint();
    if (signal.kind !== 'cancel') return;
    const uuids = new Set(signal.uuids);
    for (const attempt of this.attempts) if (uuids.has(attempt.held.uuid)) attempt.stop('canceled');
  }

  private take(claimed: ClaimedOperation, lease: Lease, batch: number): void {
    const { handlers } = this.parts;
    const type = handlers.types.get(claimed.type);
    const run = handlers.run(claimed.type);
    if (!type || !run || !lease.holds) {
      // Nobody here can run it or may write for it; it comes back when the lease ends.
      lease.doubt();
      return;
    }
    const attempt = new Attempt(this.shared, claimed, type, run);
    this.attempts.add(attempt);
    lease.hold(attempt);
    if (this.drained) attempt.stop('draining');
    void this.carry(attempt, lease, batch);
  }

  /** Sees an attempt through to its end. Whatever goes wrong here stays with this attempt. */
  private async carry(attempt: Attempt, lease: Lease, batch: number): Promise<void> {
    let ended = false;
    let handled = false;
    try {
      const settlement = await attempt.run();
      handled = true;
      this.ending += 1;
      this.claims.slotFreed();
      ended = settlement === null || (await this.write(attempt, lease, settlement));
    } catch (error) {
      attempt.log.error('An attempt could not be carried through; its lease is given up.', { error });
    } finally {
      if (handled) this.ending -= 1;
      this.attempts.delete(attempt);
      lease.release(attempt, batch, ended);
      this.countAbandoned(attempt);
      this.claims.slotFreed();
      this.noteIdle();
    }
  }

  /** True when it is certain that the operation no longer runs under this claim. */
  private async write(attempt: Attempt, lease: Lease, settlement: Settlement): Promise<boolean> {
    const mayWrite = () => attempt.writable && lease.holds;
    const outcome = await settle({ ...attempt.held, settlement }, { ...this.parts, log: attempt.log, mayWrite });
    if (outcome.kind === 'written') this.tell(attempt, outcome.settlement);
    return outcome.kind !== 'unknown' || !attempt.writable;
  }

  private tell(attempt: Attempt, settlement: Settlement): void {
    const { signals, mail } = this.parts;
    signals.publish({ kind: 'changed', uuids: [attempt.held.uuid] });
    if (attempt.hasKin) mail.soon();
    if (settlement.event !== 'retry' && settlement.event !== 'suspend') return;
    if (settlement.delayMs === 0) signals.publish({ kind: 'due' });
    else if (settlement.delayMs !== null) this.claims.hintIn(settlement.delayMs);
  }

  private countAbandoned(attempt: Attempt): void {
    if (!attempt.abandoned) return;
    this.abandoned += 1;
    if (this.abandoned === this.parts.settings.concurrency * ABANDONED_PER_SLOT) {
      this.parts.log.warn('Too many handlers ignore their signal; nothing is claimed until one ends.');
    }
    void attempt.handlerEnded.finally(() => {
      this.abandoned -= 1;
      this.claims.slotFreed();
    });
  }

  private get idle(): boolean {
    return this.attempts.size + this.slots.reserved === 0;
  }

  private noteIdle(): void {
    if (this.idle) this.allEnded?.();
  }

  private whenIdle(): Promise<void> {
    if (this.idle) return Promise.resolve();
    return new Promise((resolve) => {
      this.allEnded = resolve;
    });
  }
}

/** Waits for `work`, but no longer than `ms`. */
async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work.finally(() => done.abort()), pause(clock, ms, done.signal)]);
}
