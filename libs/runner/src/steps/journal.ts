import {
  type Clock,
  type HeldOperation,
  isRefusal,
  pause,
  type StepId,
  type StepKind,
  type StepRecord,
  type StepStore,
  type StepWrite,
} from '@holdfast/kernel';
import { StopError } from '../attempt/stop-reason.js';
import { backoffAfter } from '../worker/backoff.js';
import { currentBranch } from './branch.js';
import { stepName } from './step-name.js';

export interface JournalParts {
  readonly store: StepStore;
  readonly held: HeldOperation;
  readonly clock: Clock;
  readonly random: () => number;
  /** Whether the worker may still write for the operation. */
  readonly mayWrite: () => boolean;
  /** Called when a write finds that the operation belongs to somebody else by now. */
  readonly onLost: () => void;
}

/** What a write leaves open has these values. */
const BLANK = { finished: true, output: null, error: null, dueInMs: null, childUuid: null, signalSequence: null };

/** Kinds whose completion has changed something. */
const WORK: ReadonlySet<StepKind> = new Set(['step', 'transaction', 'call']);

/**
 * What an operation remembers of its steps. Steps are matched by kind and name, a repeated name by its order within the
 * attempt; so a handler whose code changed meanwhile skips what it no longer asks for, and runs what is new.
 */
export class Journal {
  private readonly records = new Map<string, StepRecord>();
  /** By kind and name, the ordinal from which on one is free, unless a race that is over has taken it. */
  private readonly counts = new Map<string, number>();
  private readonly asked = new Set<string>();
  private loadedAtMs = 0;

  constructor(private readonly parts: JournalParts) {}

  /** Reads the steps of earlier claims. The first claim has none, and asks for none. */
  async open(): Promise<void> {
    const { store, held, clock } = this.parts;
    if (held.fence === 1) return;
    for (const record of await store.loadSteps(held)) this.records.set(keyOf(record), record);
    this.loadedAtMs = clock.monotonicMs();
  }

  /**
   * The identity of the next step of this kind and name: the first that nobody has asked for yet. Throws a TypeError for
   * what cannot be a name.
   */
  next(kind: StepKind, name: unknown): StepId {
    const valid = stepName(kind, name);
    const counter = `${kind} ${valid}`;
    let ordinal = this.counts.get(counter) ?? 0;
    while (this.asked.has(keyOf({ kind, name: valid, ordinal }))) ordinal += 1;
    const id = { kind, name: valid, ordinal };
    this.counts.set(counter, ordinal + 1);
    this.ask(id);
    return id;
  }

  /** Passes over the calls that the branches of a race made which is over: its branches do not ask for them again. */
  pass(begun: readonly StepId[]): void {
    for (const id of begun) this.ask(id);
  }

  private ask(id: StepId): void {
    this.asked.add(keyOf(id));
    currentBranch()?.note(id);
  }

  find(id: StepId): StepRecord | undefined {
    return this.records.get(keyOf(id));
  }

  /** What was done and is not asked for in this run: by code that was changed, or that has not come by yet. */
  get unasked(): StepRecord[] {
    return [...this.records.values()].filter(
      (record) => record.finished && WORK.has(record.kind) && !this.asked.has(keyOf(record)),
    );
  }

  all(kind: StepKind): StepRecord[] {
    return [...this.records.values()].filter((record) => record.kind === kind);
  }

  /** Ms from now until a wait that was begun earlier is due. */
  leftMs(record: StepRecord): number | null {
    if (record.dueInMs === null) return null;
    return record.dueInMs - (this.parts.clock.monotonicMs() - this.loadedAtMs);
  }

  /** A write for this operation, with everything that is not told left open. */
  write(id: StepId, told: Partial<StepWrite>): StepWrite {
    return { ...this.parts.held, ...BLANK, ...told, ...id };
  }

  /**
   * Stores a checkpoint, again and again while the database is away and the lease lasts: a repeat of the same write is
   * the same write. Throws a StopError when the operation is no longer ours.
   */
  async record(id: StepId, told: Partial<StepWrite>): Promise<void> {
    const write = this.write(id, told);
    if (!(await this.persist(() => this.parts.store.recordStep(write)))) this.lost();
    this.remember(write);
  }

  /** Takes a step into memory that was stored by other means. */
  remember(write: StepWrite): void {
    this.records.set(keyOf(write), { ...write, dueInMs: write.dueInMs });
  }

  /** Stops the attempt: somebody else has the operation. */
  lost(): never {
    this.parts.onLost();
    throw new StopError('lease_lost');
  }

  /** Repeats what must be stored until the database answers. */
  async persist<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const { clock, random, mayWrite } = this.parts;
    for (let failures = 1; ; failures += 1) {
      if (!mayWrite()) this.lost();
      try {
        return await attempt();
      } catch (error) {
        if (!isRefusal(error)) throw error;
        await pause(clock, backoffAfter(failures, random));
      }
    }
  }
}

function keyOf(id: StepId): string {
  return `${id.kind} ${id.ordinal} ${id.name}`;
}
