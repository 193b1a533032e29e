import type { RunOutcome } from '@holdfast/engine';
import {
  canceledError,
  type ClaimedOperation,
  type Clock,
  deadlineExceededError,
  type Log,
  type Observer,
  type OperationError,
  type OperationStore,
  type StepStore,
  type TypeRegistry,
  unobserved,
} from '@holdfast/kernel';
import { type DurableCalls, durableCalls } from '../context/durable-calls.js';
import { outcomeOfThrown } from '../context/handler-failure.js';
import { type ContextParts, operationContext } from '../context/operation-context.js';
import type { ProgressWriter } from '../context/progress-writer.js';
import type { HandlerFunction } from '../handlers/handler-registry.js';
import { Activity, type Suspension } from '../steps/activity.js';
import { outsideOfRaces } from '../steps/branch.js';
import { Compensations } from '../steps/compensations.js';
import { Journal } from '../steps/journal.js';
import { Unwinding } from '../steps/unwinding.js';
import type { ObserveStep } from '../steps/observe-step.js';
import { underBlame } from './blame.js';
import { outcomeOfReturned } from './result-text.js';
import type { StopCode } from './stop-reason.js';
import type { StopSignal } from './stop-signal.js';
import { stackOf } from './thrown-value.js';

/** What all runs of a worker share. */
export interface ExecutionParts {
  readonly steps: StepStore;
  readonly operations: Pick<OperationStore, 'create' | 'find'>;
  readonly types: TypeRegistry;
  readonly observer?: Observer;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onChildCreated: () => void;
}

/** The attempt that a handler is run for. */
export interface Executed {
  readonly claimed: ClaimedOperation;
  readonly handler: HandlerFunction;
  readonly log: Log;
  readonly progress: ProgressWriter;
  /** Tells the handler to stop, for whatever reason. */
  readonly stopping: StopSignal;
  /** Tells compensations to stop: the lease is lost, or the worker drains. */
  readonly undoStopping: StopSignal;
  readonly writable: boolean;
  stop(code: StopCode): void;
  /** Called with what the handler left to nobody: a rejection that was not awaited, a throw in a timer. */
  blame(error: unknown): void;
}

/** How a run of a handler ended: by itself, or by having nothing left to do but wait. */
export type Ending = RunOutcome | { readonly kind: 'suspended'; readonly suspension: Suspension };

/** What only handlers with steps, waits or compensations need. */
interface Memory {
  readonly journal: Journal;
  readonly activity: Activity;
  readonly unwinding: Unwinding;
  readonly compensations: Compensations;
  readonly observe: ObserveStep;
}

/**
 * One run of a handler over what it remembers of earlier ones. The memory is made when something first asks for it:
 * a handler that makes no durable call never does, and making it would be half of what its attempt costs.
 */
export class Execution implements ContextParts {
  private made: Memory | null = null;
  private durable: DurableCalls | null = null;
  private calm: AbortSignal | null = null;
  private undoing: OperationError | null = null;
  private over = false;
  private readonly receivedMs: number;
  private settle: ((ending: Ending) => void) | null = null;

  constructor(
    private readonly parts: ExecutionParts,
    private readonly attempt: Executed,
  ) {
    this.receivedMs = parts.clock.monotonicMs();
  }

  get claimed(): ClaimedOperation {
    return this.attempt.claimed;
  }

  get log(): Log {
    return this.attempt.log;
  }

  get progress(): ProgressWriter {
    return this.attempt.progress;
  }

  get signal(): AbortSignal {
    // A handler that only shows what there is to undo must get as far as it had got.
    return this.undoing ? (this.calm ??= new AbortController().signal) : this.attempt.stopping.signal;
  }

  get calls(): DurableCalls {
    return (this.durable ??= this.makeCalls());
  }

  get compensations(): Compensations {
    return this.memory.compensations;
  }

  /** True when something is to be undone should the operation end without success. */
  get compensates(): boolean {
    return this.made?.compensations.any ?? false;
  }

  /** Why the operation is to be undone instead of run; null when it is to be run. Known once {@link open} is through. */
  get reasonToUndo(): OperationError | null {
    return this.undoing;
  }

  /** How many children it has called. */
  get children(): number {
    return this.made?.journal.all('call').length ?? 0;
  }

  /** Reads what earlier claims have stored. */
  async open(): Promise<void> {
    const { journal, compensations } = this.memory;
    await journal.persist(() => journal.open());
    const { claimed } = this.attempt;
    if (!claimed.compensates) return;
    const late = claimed.deadlineInMs !== null && claimed.deadlineInMs <= 0;
    this.undoing =
      compensations.failure ??
      (claimed.cancelRequested ? canceledError('unknown') : late ? deadlineExceededError('unknown') : null);
  }

  /** Runs the handler until it ends or waits. Never rejects for anything a handler does. */
  async ending(): Promise<Ending> {
    const handled = this.handle();
    const ending = await new Promise<Ending>((resolve) => {
      this.settle = resolve;
      void handled.then(resolve);
    });
    this.over = true;
    if (this.made) this.end(this.made);
    if (ending.kind === 'suspended') void handled.then(() => this.warnOfSleep(ending.suspension));
    return ending;
  }

  /** A handler that only waits never ends; this one awaited something beside its waits, and what it did is not known. */
  private warnOfSleep({ waiting }: Suspension): void {
    this.attempt.log.warn(
      'The handler awaited something beside a wait, and was put to sleep meanwhile; put it into a step.',
      { waiting },
    );
  }

  private async handle(): Promise<RunOutcome> {
    const { attempt } = this;
    try {
      const context = operationContext(this);
      const returned = underBlame(
        (error) => attempt.blame(error),
        () => outsideOfRaces(() => attempt.handler(context)),
      );
      return outcomeOfReturned(await returned);
    } catch (error) {
      attempt.log.info('The handler threw.', { stack: stackOf(error) });
      return outcomeOfThrown(error);
    }
  }

  private get memory(): Memory {
    if (this.made) return this.made;
    this.made = this.remember();
    // What the handler has left behind may still make calls; nothing comes of them.
    if (this.over) this.end(this.made);
    return this.made;
  }

  private end({ activity, unwinding }: Memory): void {
    activity.end();
    unwinding.close();
  }

  private remember(): Memory {
    const { attempt } = this;
    const { steps, clock, random, observer = unobserved } = this.parts;
    const { claimed, log } = attempt;
    const { uuid, shard, fence } = claimed;
    const observe: ObserveStep = (id, run) => observer.step(claimed, id, run);
    const around = { clock, random, log, observe };
    const [mayWrite, onLost] = [() => attempt.writable, () => attempt.stop('lease_lost')];
    const journal = new Journal({ store: steps, held: { uuid, shard, fence }, clock, random, mayWrite, onLost });
    const activity = new Activity((suspension) => this.settle?.({ kind: 'suspended', suspension }));
    const onShown = () => this.settle?.({ kind: 'failed-for-good', error: this.undoing ?? canceledError('unknown') });
    const unwinding = new Unwinding({ journal, clock, log, onShown });
    const undoing = { store: steps, signal: attempt.undoStopping.signal, marked: claimed.compensates };
    const compensations = new Compensations({ ...around, ...undoing, journal });
    return { journal, activity, unwinding, compensations, observe };
  }

  private makeCalls(): DurableCalls {
    const { claimed, signal, memory } = this;
    const { unwinding, compensations } = memory;
    const { steps: store, operations, types, clock, random, onChildCreated: onCreated } = this.parts;
    return durableCalls({
      ...memory,
      claimed,
      store,
      operations,
      types,
      clock,
      databaseMs: () => claimed.claimedAtMs + clock.monotonicMs() - this.receivedMs,
      random,
      signal,
      lastAttempt: claimed.attempt >= claimed.maxAttempts,
      onNew: () => (this.undoing ? unwinding.meetNew() : compensations.settled()),
      onCreated,
    });
  }
}
