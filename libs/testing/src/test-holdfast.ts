import type { Sweep } from '@holdfast/engine';
import { type Clock, lanesOf, pause, type Signals, type TypeRegistry } from '@holdfast/kernel';
import type { Operations, OperationSnapshot } from '@holdfast/nestjs';
import type { PostgresStore } from '@holdfast/store';
import type { CrashPlan, CrashPoint } from './crash-plan.js';
import type { MortalWorker } from './mortal-worker.js';

export interface TestHoldfastParts {
  readonly databaseUrl: string;
  readonly operations: Operations;
  readonly store: PostgresStore;
  readonly sweep: Pick<Sweep, 'run'>;
  readonly signals: Signals;
  readonly types: TypeRegistry;
  readonly clock: Clock;
  readonly plan: CrashPlan;
  readonly startWorker: (onDeath: (worker: MortalWorker) => void) => MortalWorker;
  readonly close: () => Promise<void>;
}

const LOOK_EVERY_MS = 2;
/** How long work that is due may take, in real ms, before a test is told that it does not end. */
const IDLE_WITHIN_MS = 20_000;

/** A Holdfast of a test's own. Work is done in the background as it becomes due; time passes as the test says. */
export class TestHoldfast {
  /** PostgreSQL of this Holdfast, for an application under test that should use the same one. */
  readonly databaseUrl: string;
  /** Create, get, wait, cancel, resume and signal, exactly as in an application. */
  readonly operations: Operations;
  private worker: MortalWorker;
  private recovery: Promise<void> = Promise.resolve();
  private died = 0;

  constructor(private readonly parts: TestHoldfastParts) {
    this.databaseUrl = parts.databaseUrl;
    this.operations = parts.operations;
    this.worker = this.nextWorker();
  }

  /** How often a worker has died so far: a test that plans a crash can see that it happened. */
  get crashes(): number {
    return this.died;
  }

  /** Resolves when nothing runs and nothing is due. What waits for a time, a signal or a retry goes on waiting. */
  async runUntilIdle(): Promise<void> {
    const { clock, store, types } = this.parts;
    const giveUpAt = clock.monotonicMs() + IDLE_WITHIN_MS;
    for (;;) {
      const { recovery } = this;
      await recovery;
      const [row] = await store.executor.run<{ busy: boolean }>('is-busy', { lanes: lanesOf(types) });
      // Of a worker that died since, the operations look as if they waited for a retry until they are hastened.
      if (row?.busy !== true && this.recovery === recovery) return;
      if (clock.monotonicMs() > giveUpAt)
        throw new Error(`not idle within ${IDLE_WITHIN_MS} ms: a handler does not end`);
      await this.parts.sweep.run();
      await pause(clock, LOOK_EVERY_MS);
    }
  }

  /**
   * Lets time pass, in ms, and has done what became due. It is one jump: a retry that is planned only after it begins
   * its own wait. What waits inside a running attempt (time-outs, retries of a step in place) waits for real.
   */
  async advance(ms: number): Promise<void> {
    const { store, sweep, signals } = this.parts;
    await this.runUntilIdle();
    await store.executor.run('advance-time', { ms });
    signals.publish({ kind: 'due' });
    await sweep.run();
    await this.runUntilIdle();
  }

  /** Has an operation done to its end, skipping every wait for a time. Rejects when it waits for something else. */
  async runToEnd<Result = unknown>(id: string): Promise<OperationSnapshot<Result>> {
    for (;;) {
      await this.runUntilIdle();
      const operation = await this.operations.get<Result>(id);
      if (operation.ended) return operation;
      const dueInMs = await this.parts.store.nextDueInMs(lanesOf(this.parts.types));
      if (dueInMs === null) throw new Error(`${id} waits for ${JSON.stringify(operation.waitingFor)}, not for a time`);
      await this.advance(dueInMs + 1);
    }
  }

  /** The next worker that comes there dies before this write; `step` names the step of a checkpoint. */
  crashBefore(point: CrashPoint, step?: string): void {
    this.parts.plan.add({ when: 'before', point, step });
  }

  /** The same after the write: it is stored, and whoever wrote it never hears of it. */
  crashAfter(point: CrashPoint, step?: string): void {
    this.parts.plan.add({ when: 'after', point, step });
  }

  /** The worker dies when this step is done and remembered. */
  crashAfterStep(name: string): void {
    this.crashAfter('checkpoint', name);
  }

  /** Ends the worker, the connections, and the database if it was started here. */
  async stop(): Promise<void> {
    await this.recovery;
    await this.worker.stop();
    await this.parts.close();
  }

  private nextWorker(): MortalWorker {
    const worker = this.parts.startWorker((dead) => {
      this.died += 1;
      this.recovery = this.recovery.then(() => this.recover(dead));
    });
    worker.start();
    return worker;
  }

  /** Its lease ends at once, and another worker takes over. */
  private async recover(dead: MortalWorker): Promise<void> {
    const { store, signals } = this.parts;
    await store.executor.run('end-leases', { ids: dead.ids });
    await this.untilTakenAway(dead.ids);
    const { orphans } = dead;
    await store.executor.run('hasten-operations', {
      shards: orphans.map(({ shard }) => shard),
      ids: orphans.map(({ uuid }) => uuid),
    });
    this.worker = this.nextWorker();
    signals.publish({ kind: 'due' });
  }

  /** Several sweeps may be at it at once, and each leaves to the others what they have begun. */
  private async untilTakenAway(ids: readonly string[]): Promise<void> {
    const { store, sweep, clock } = this.parts;
    for (;;) {
      await sweep.run();
      const [row] = await store.executor.run<{ held: boolean }>('any-held', { ids });
      if (row?.held !== true) return;
      await pause(clock, LOOK_EVERY_MS);
    }
  }
}
