import {
  type ClaimedOperation,
  ENGINE_ERROR_CODES,
  type HeldOperation,
  type HistoryStore,
  type Log,
  type OperationType,
  type Settlement,
  type TraceUrl,
  unobserved,
  type WorkerStore,
} from '@holdfast/kernel';
import { outcomeOfThrown } from '../context/handler-failure.js';
import { logFor } from '../context/operation-log.js';
import { ProgressWriter } from '../context/progress-writer.js';
import type { HandlerFunction } from '../handlers/handler-registry.js';
import { Compensations } from '../steps/compensations.js';
import { type Ending, type Executed, Execution, type ExecutionParts } from './execution.js';
import { settlementOf } from './settlement-of.js';
import type { StopCode } from './stop-reason.js';
import { StopSignal } from './stop-signal.js';
import { stackOf } from './thrown-value.js';

/** Longest delay a timer of Node accepts; what is due later is left to the sweep. */
const TIMER_MAX_MS = 2_147_483_647;

/** What all attempts of a worker share. */
export interface AttemptParts extends ExecutionParts {
  readonly store: Pick<WorkerStore, 'recordProgress'>;
  readonly histories?: Pick<HistoryStore, 'history'>;
  readonly log: Log;
  /** How long a handler that was told to stop may take to end before it is no longer waited for. */
  readonly yieldMs: number;
  /** Where its trace can be looked at; null where nobody knows. */
  readonly traceUrl?: TraceUrl | null;
  readonly onProgress: (uuid: string) => void;
  readonly onDeadline: () => void;
}

/**
 * One execution of an operation under one lease. It runs the handler, tells it to stop when there is a reason to, and
 * says what is to be written in the end; writing that is the worker's.
 *
 * A handler that ignores its signal keeps neither the slot nor the operation: after `yieldMs` it is left to itself, and
 * nothing it does from then on is recorded. What it does outside cannot be taken back, which is why the error of such an
 * attempt says that its effect is unknown.
 */
export class Attempt implements Executed {
  readonly held: HeldOperation;
  /** True once the handler was left to itself while it still ran. */
  abandoned = false;
  /** Settles when a handler that was left to itself comes to an end after all. */
  handlerEnded: Promise<void> = Promise.resolve();
  readonly stopping = new StopSignal();
  readonly undoStopping = new StopSignal();
  private readonly execution: Execution;
  private readonly stops: StopCode[] = [];
  private readonly timers: (() => void)[] = [];
  private boundLog: Log | null = null;
  private writer: ProgressWriter | null = null;
  private stopWaiting: (() => void) | null = null;
  private takeBlame: ((ending: Ending) => void) | null = null;
  private mayWrite = true;
  private over = false;

  constructor(
    private readonly parts: AttemptParts,
    readonly claimed: ClaimedOperation,
    private readonly type: OperationType,
    readonly handler: HandlerFunction,
  ) {
    const { uuid, shard, fence } = claimed;
    this.held = { uuid, shard, fence };
    this.execution = new Execution(parts, this);
    if (claimed.cancelRequested) this.stop('canceled');
  }

  get log(): Log {
    return (this.boundLog ??= logFor(this.parts.log, this.claimed, this.parts.traceUrl));
  }

  /** Made for the first report, as the log is for the first line: most attempts have neither. */
  get progress(): ProgressWriter {
    if (this.writer) return this.writer;
    const { store, onProgress } = this.parts;
    const { held, log } = this;
    const onLost = () => this.stop('lease_lost');
    this.writer = new ProgressWriter({ store, held, log, onStored: () => onProgress(held.uuid), onLost });
    if (this.over || !this.mayWrite) this.writer.abandon();
    return this.writer;
  }

  /** False when the operation belongs to somebody else, or to nobody, by now: nothing is written for it any more. */
  get writable(): boolean {
    return this.mayWrite;
  }

  /** True when its end may be news for a parent or for children. */
  get hasKin(): boolean {
    return this.claimed.parentUuid !== null || this.execution.children > 0;
  }

  /** Tells the handler to stop. What is certain to end without the handler's help no longer waits for it for ever. */
  stop(code: StopCode): void {
    // What its deadline has ended is nobody's to lose; whoever looks on would wait for those who take it over.
    if (this.stops.includes(code) || (code === 'lease_lost' && !this.mayWrite)) return;
    this.stops.push(code);
    if (code === 'lease_lost' || (code === 'deadline_exceeded' && !this.undoes)) {
      this.mayWrite = false;
      this.writer?.abandon();
    }
    if (code === 'lease_lost' || code === 'draining') this.undoStopping.abort(code);
    this.stopping.abort(code);
    // A canceled operation stays running until its handler yields (CONTRACT §2), however long that takes.
    if (code !== 'canceled') this.timers.push(this.parts.clock.after(this.parts.yieldMs, () => this.stopWaiting?.()));
  }

  /**
   * Something the handler began has failed and nobody caught it: that is a failure of this attempt, unless it has ended
   * by then.
   */
  blame(error: unknown): void {
    if (!this.takeBlame) {
      this.log.warn('The handler left an error to nobody after its end, or in its sleep.', { stack: stackOf(error) });
      return;
    }
    this.log.error('The handler left an error to nobody; its attempt fails.', { stack: stackOf(error) });
    this.takeBlame(outcomeOfThrown(error));
    this.stopping.abort('stray_error');
  }

  /** Runs the handler and gives what to write, null for nothing. Never rejects for anything a handler does. */
  run(): Promise<Settlement | null> {
    const { claimed } = this;
    const { histories, observer = unobserved } = this.parts;
    return observer.attempt(claimed, () => this.execute(), {
      stops: () => this.stops,
      past: async () => (await histories?.history(claimed.tenant, claimed.uuid)) ?? null,
    });
  }

  private async execute(): Promise<Settlement | null> {
    const { claimed, type } = this;
    const { random } = this.parts;
    this.armTimers();
    const outcome = await this.outcome();
    for (const takeBack of this.timers) takeBack();
    this.over = true;
    if (this.writer && this.mayWrite) await this.writer.close();
    if (!this.mayWrite) return null;
    const settlement = settlementOf({ claimed, policy: type.retry, outcome, stops: this.stops }, random);
    return this.undoFirst(settlement);
  }

  /** True when nobody ends the operation without undoing what is registered. */
  private get undoes(): boolean {
    return this.claimed.compensates || this.execution.compensates;
  }

  /** What is to be undone is undone before the operation ends without success. */
  private async undoFirst(settlement: Settlement): Promise<Settlement | null> {
    const { reasonToUndo } = this.execution;
    const ends = settlement.event === 'fail' || settlement.event === 'yield-canceled';
    // Nobody knows yet what there is to undo: a person decides first, and then the work goes on.
    const undecided = settlement.event === 'fail' && settlement.error.code === ENGINE_ERROR_CODES.outcomeUnknown;
    const reason = reasonToUndo ?? (ends && !undecided ? settlement.error : null);
    if (!reason || (!reasonToUndo && !this.execution.compensates)) return settlement;
    const undoing = this.execution.compensations.run(reason, this.type.retry).catch(() => false);
    const undone = await Promise.race([undoing, this.left()]);
    this.stopWaiting = null;
    if (undone === null) this.leave(undoing);
    if (!this.mayWrite) return null;
    if (!undone) return { event: 'suspend', waiting: null, delayMs: 0 };
    return Compensations.isCancel(reason)
      ? { event: 'yield-canceled', error: reason }
      : { event: 'fail', error: reason };
  }

  /** How the handler ended; null when it is not waited for any longer. */
  private async outcome(): Promise<Ending | null> {
    // The first claim has nothing to remember.
    if (this.claimed.fence > 1 && !(await this.open())) return null;
    if (this.stopping.aborted && !this.execution.reasonToUndo) return null;
    const handled = this.execution.ending();
    let ended = false;
    const outcome = await new Promise<Ending | null>((resolve) => {
      this.stopWaiting = () => resolve(null);
      this.takeBlame = resolve;
      void handled.then((ending) => {
        ended = true;
        resolve(ending);
      });
    });
    this.stopWaiting = null;
    this.takeBlame = null;
    if (!ended) this.leave(handled);
    // What the handler awaited beside its waits stops, too: it is begun again by the run after them.
    if (outcome?.kind === 'suspended') this.stopping.abort('suspended');
    return outcome;
  }

  /** False when what is remembered could not be read while the operation was ours. */
  private async open(): Promise<boolean> {
    try {
      await this.execution.open();
      return true;
    } catch (error) {
      this.log.warn('The steps of the operation could not be read.', { error });
      return false;
    }
  }

  /** Resolves when what was told to stop is no longer waited for. */
  private left(): Promise<null> {
    return new Promise((resolve) => {
      this.stopWaiting = () => resolve(null);
    });
  }

  private leave(handled: Promise<unknown>): void {
    this.abandoned = true;
    this.log.warn('The handler did not stop when it was told to; it is left to itself.', { stops: this.stops });
    this.handlerEnded = handled.then(() => {
      this.log.info('A handler that had been left to itself has ended; its outcome is not recorded.');
    });
  }

  private armTimers(): void {
    const { claimed, type } = this;
    const { clock, onDeadline } = this.parts;
    if (type.attemptTimeoutMs !== null) {
      this.timers.push(clock.after(type.attemptTimeoutMs, () => this.stop('attempt_timeout')));
    }
    if (claimed.deadlineInMs !== null && claimed.deadlineInMs <= TIMER_MAX_MS) {
      const atDeadline = () => {
        this.stop('deadline_exceeded');
        onDeadline();
      };
      // Timers may be early by a fraction of a millisecond, and then the sweep would find nothing to end.
      this.timers.push(clock.after(claimed.deadlineInMs + 1, atDeadline));
    }
  }
}
