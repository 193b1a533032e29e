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
  type OperationType,
  type StepStore,
  type TypeRegistry,
  unobserved,
} from '@holdfast/kernel';
import { durableCalls } from '../context/durable-calls.js';
import { outcomeOfThrown } from '../context/handler-failure.js';
import { type OperationContext, operationContext } from '../context/operation-context.js';
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
import { stackOf } from './thrown-value.js';

export interface ExecutionParts {
  readonly claimed: ClaimedOperation;
  readonly type: OperationType;
  readonly run: HandlerFunction;
  readonly steps: StepStore;
  readonly operations: Pick<OperationStore, 'create' | 'find'>;
  readonly types: TypeRegistry;
  readonly observer?: Observer;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly progress: ProgressWriter;
  /** Tells the handler to stop, for whatever reason. */
  readonly signal: AbortSignal;
  /** Tells compensations to stop: the lease is lost, or the worker drains. */
  readonly undoSignal: AbortSignal;
  readonly mayWrite: () => boolean;
  readonly onLost: () => void;
  readonly onChildCreated: () => void;
  /** Called with what the handler left to nobody: a rejection that was not awaited, a throw in a timer. */
  readonly onStray: (error: unknown) => void;
}

/** How a run of a handler ended: by itself, or by having nothing left to do but wait. */
export type Ending = RunOutcome | { readonly kind: 'suspended'; readonly suspension: Suspension };

/** One run of a handler over what it remembers of earlier ones. */
export class Execution {
  readonly compensations: Compensations;
  private readonly journal: Journal;
  private readonly activity = new Activity();
  private readonly unwinding: Unwinding;
  private undoing: OperationError | null = null;
  private readonly observe: ObserveStep = (id, run) => {
    const { claimed, observer = unobserved } = this.parts;
    return observer.step(claimed, id, run);
  };

  constructor(private readonly parts: ExecutionParts) {
    const { claimed, steps, clock, random, log, undoSignal, mayWrite, onLost } = parts;
    const { uuid, shard, fence } = claimed;
    this.journal = new Journal({ store: steps, held: { uuid, shard, fence }, clock, random, mayWrite, onLost });
    this.unwinding = new Unwinding({ journal: this.journal, clock, log });
    this.compensations = new Compensations({
      journal: this.journal,
      store: steps,
      clock,
      random,
      log,
      signal: undoSignal,
      marked: claimed.compensates,
      observe: this.observe,
    });
  }

  /** Why the operation is to be undone instead of run; null when it is to be run. Known once {@link open} is through. */
  get reasonToUndo(): OperationError | null {
    return this.undoing;
  }

  /** How many children it has called. */
  get calls(): number {
    return this.journal.all('call').length;
  }

  /** Reads what earlier claims have stored. */
  async open(): Promise<void> {
    await this.journal.persist(() => this.journal.open());
    const { claimed } = this.parts;
    if (!claimed.compensates) return;
    const late = claimed.deadlineInMs !== null && claimed.deadlineInMs <= 0;
    this.undoing =
      this.compensations.failure ??
      (claimed.cancelRequested ? canceledError('unknown') : late ? deadlineExceededError('unknown') : null);
  }

  /** Runs the handler until it ends or waits. Never rejects for anything a handler does. */
  async ending(): Promise<Ending> {
    const handled = this.handle();
    const suspended = this.activity.suspended.then((suspension) => ({ kind: 'suspended', suspension }) as const);
    const ending = await Promise.race([handled, suspended, this.unwound()]);
    this.activity.end();
    this.unwinding.close();
    if (ending.kind === 'suspended') void handled.then(() => this.warnOfSleep(ending.suspension));
    return ending;
  }

  /** The end of a run that only shows what there is to undo: the operation ends for the reason it is undone for. */
  private async unwound(): Promise<Ending> {
    await this.unwinding.ended;
    return { kind: 'failed-for-good', error: this.undoing ?? canceledError('unknown') };
  }

  /** A handler that only waits never ends; this one awaited something beside its waits, and what it did is not known. */
  private warnOfSleep({ waiting }: Suspension): void {
    this.parts.log.warn(
      'The handler awaited something beside a wait, and was put to sleep meanwhile; put it into a step.',
      { waiting },
    );
  }

  private async handle(): Promise<RunOutcome> {
    const { run, log } = this.parts;
    try {
      const context = this.context();
      return outcomeOfReturned(await underBlame(this.parts.onStray, () => outsideOfRaces(() => run(context))));
    } catch (error) {
      log.info('The handler threw.', { stack: stackOf(error) });
      return outcomeOfThrown(error);
    }
  }

  private context(): OperationContext {
    const { claimed, progress, log, clock, random, steps, operations, types, onChildCreated } = this.parts;
    // A handler that only shows what there is to undo must get as far as it had got.
    const signal = this.undoing ? new AbortController().signal : this.parts.signal;
    const calls = durableCalls({
      claimed,
      journal: this.journal,
      activity: this.activity,
      compensations: this.compensations,
      store: steps,
      operations,
      types,
      clock,
      random,
      signal,
      observe: this.observe,
      lastAttempt: claimed.attempt >= claimed.maxAttempts,
      onNew: () => (this.undoing ? this.unwinding.meetNew() : this.compensations.settled()),
      onCreated: onChildCreated,
    });
    return Object.freeze({ ...operationContext({ claimed, signal, progress, log }), ...calls });
  }
}
