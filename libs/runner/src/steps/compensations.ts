import {
  backoffMs,
  canceledError,
  type Clock,
  DEFAULT_RETRY_POLICY,
  type Log,
  type OperationError,
  pause,
  type RetryPolicy,
  type StepId,
  type StepStore,
} from '@holdfast/kernel';
import { outcomeOfThrown } from '../context/handler-failure.js';
import { stackOf } from '../attempt/thrown-value.js';
import { currentBranch } from './branch.js';
import type { Journal } from './journal.js';
import type { ObserveStep } from './observe-step.js';

type Compensation = (scope: { readonly signal: AbortSignal }) => unknown;

export interface CompensationParts {
  readonly journal: Journal;
  readonly store: Pick<StepStore, 'markCompensates'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Aborts when compensations have to stop, too: the lease is lost or the worker drains. */
  readonly signal: AbortSignal;
  /** True when the row says already that there is something to undo. */
  readonly marked: boolean;
  readonly observe: ObserveStep;
}

const FAILURE: StepId = { kind: 'failure', name: 'failure', ordinal: 0 };

/**
 * What is to be undone when the operation ends without success. The first registration is stored, so that from then on
 * nobody ends the operation without a worker; that it has failed is stored before anything is undone, so that a crash in
 * between goes on undoing instead of going on with the work.
 */
export class Compensations {
  private readonly registered: { readonly id: StepId; readonly fn: Compensation }[] = [];
  private marking: Promise<void> | null = null;

  constructor(private readonly parts: CompensationParts) {}

  /** `op.onFailure`: resolves once it is certain that `fn` will be run if the operation ends without success. */
  async register(name: unknown, fn: Compensation): Promise<void> {
    const { journal, store, marked } = this.parts;
    if (currentBranch()) {
      throw new TypeError('op.onFailure comes before the race: branches are not run again once the race is over');
    }
    const id = journal.next('compensation', name);
    if (typeof fn !== 'function') throw new TypeError(`op.onFailure «${id.name}» needs a function`);
    this.registered.push({ id, fn });
    if (marked) return;
    this.marking ??= journal.persist(async () => {
      if (!(await store.markCompensates(journal.write(id, {})))) journal.lost();
    });
    await this.marking;
  }

  /** Resolves when registrations under way are stored: nothing is done that could not be undone. */
  settled(): Promise<void> {
    return this.marking ?? Promise.resolve();
  }

  get any(): boolean {
    return this.registered.length > 0;
  }

  /** Why the operation is being undone, when an earlier attempt had begun to. */
  get failure(): OperationError | null {
    return this.parts.journal.find(FAILURE)?.error ?? null;
  }

  /** True when the undoing is due to a cancel. */
  static isCancel(error: OperationError): boolean {
    return error.code === canceledError('unknown').code;
  }

  /** Runs what is registered, the last first, each to its end or to the end of its attempts. False: interrupted. */
  async run(reason: OperationError, policy: RetryPolicy = DEFAULT_RETRY_POLICY): Promise<boolean> {
    const { journal, signal } = this.parts;
    if (!this.failure) await journal.record(FAILURE, { error: reason });
    for (const { id, fn } of this.registered.toReversed()) {
      if (journal.find(id)?.finished) continue;
      if (!(await this.parts.observe(id, () => this.undo(id, fn, policy)))) return false;
    }
    return !signal.aborted;
  }

  private async undo(id: StepId, fn: Compensation, policy: RetryPolicy): Promise<boolean> {
    const { journal, signal, clock, random, log } = this.parts;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await fn({ signal });
        await journal.record(id, {});
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        const outcome = outcomeOfThrown(error);
        log.error('A compensation failed.', { name: id.name, attempt, stack: stackOf(error) });
        if (outcome.kind === 'failed-for-good' || attempt >= policy.maxAttempts) {
          await journal.record(id, { error: outcome.kind === 'returned' ? null : outcome.error });
          return true;
        }
        await pause(clock, backoffMs(policy, attempt, random), signal);
      }
    }
    return false;
  }
}
