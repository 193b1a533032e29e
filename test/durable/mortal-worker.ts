import type { DeliverMessages, Sweep } from '@holdfast/engine';
import { type Clock, type HeldOperation, type Signals, silentLog, systemClock } from '@holdfast/kernel';
import { type HandlerRegistry, Worker } from '@holdfast/runner';
import type { PostgresStore } from '@holdfast/store';

/**
 * How a worker leaves at its n-th talk with the database. `before`: it dies and the statement is never sent. `after`: it
 * is carried out, and the answer never comes. `within`: a transaction is rolled back after the handler's SQL. `stale`:
 * its lease is lost and its operation taken over before the statement is sent, and it lives on. `stale-end`: the same
 * with the end of an attempt.
 */
export interface Fate {
  readonly at: number;
  readonly how: 'before' | 'after' | 'within' | 'stale' | 'stale-end';
}

/** An operation in the hands of a successor, who writes nothing for it until he is told to go on. */
export interface Takeover {
  goOn(): void;
  /** How somebody else has moved the operation since; null when nobody has. */
  disturbance(): Promise<string | null>;
}

export interface MortalParts {
  readonly store: PostgresStore;
  readonly signals: Signals;
  readonly mail: DeliverMessages;
  readonly sweep: Sweep;
  readonly handlers: HandlerRegistry;
  /** Null for one that lives. */
  readonly fate: Fate | null;
  /** Its first fenced write waits for this. */
  readonly begins: Promise<void>;
  /** The worker with these ids is gone. Resolves when `held`, if told, is somebody else's. */
  readonly onGone: (workerIds: readonly string[], held: HeldOperation | null) => Promise<Takeover>;
  readonly onViolation: (what: string) => void;
}

const SETTINGS = {
  concurrency: 20,
  leaseMs: 3_000,
  sweepIntervalMs: 200,
  pollIntervalMs: 50,
  yieldMs: 200,
  name: 'mortal',
};
/** Talks that count: those that can make a difference to an operation. */
const COUNTED = new Set(['claim', 'settle', 'loadSteps', 'recordStep', 'loadSignals', 'transaction', 'create', 'find']);
const FENCED = new Set(['settle', 'recordStep', 'transaction']);

const never = () => new Promise<never>(() => undefined);

/**
 * The real worker on a wire that can be cut: whatever it says to the database after its death is never sent, whatever
 * it is told never arrives, and its timers do not ring, as if its process had been killed.
 */
export class MortalWorker {
  dead = false;
  stale = false;
  private readonly worker: Worker;
  private readonly ids: string[] = [];
  private readonly timers = new Set<() => void>();
  private readonly subscriptions: (() => void)[] = [];
  private talks = 0;
  /** The claim that is under way, or was the last one. */
  private claiming: Promise<unknown> = Promise.resolve();
  private at: number;

  constructor(private readonly parts: MortalParts) {
    const { store, mail, sweep, handlers } = parts;
    this.at = parts.fate?.at ?? Number.POSITIVE_INFINITY;
    const wired = this.wire(store);
    this.worker = new Worker({
      store: wired,
      steps: this.wire(store.steps),
      operations: wired,
      mail: { soon: () => this.dead || mail.soon() },
      sweep: this.wire(sweep),
      signals: this.signals(),
      clock: this.clock(),
      random: Math.random,
      log: silentLog,
      handlers,
      settings: SETTINGS,
    });
  }

  start(): void {
    this.worker.start();
  }

  /** Ends a worker that lives; of a dead one there is nothing to end. */
  async end(): Promise<void> {
    if (!this.dead) await this.worker.drain(0);
  }

  private wire<Target extends object>(target: Target): Target {
    return new Proxy(target, {
      get: (on, name) => {
        const member: unknown = Reflect.get(on, name);
        if (typeof member !== 'function' || typeof name !== 'string') return member;
        // Everything comes through the queue: of a claim that is under way at the death it is known what it takes.
        if (name === 'offer') return () => () => undefined;
        return (...given: unknown[]) =>
          this.talk(name, given, (told) => Reflect.apply(member, on, told) as Promise<unknown>);
      },
    });
  }

  private async talk(name: string, given: unknown[], send: (given: unknown[]) => Promise<unknown>): Promise<unknown> {
    if (this.dead) return never();
    if (name === 'register') this.ids.push((given[0] as { workerId: string }).workerId);
    // One that is stale already would only claim what it loses with the next sweep.
    if (name === 'claim' && this.stale) return [];
    if (FENCED.has(name)) await this.parts.begins;
    const fate = this.isTime(name) ? this.parts.fate?.how : undefined;
    if (fate === 'stale' || fate === 'stale-end') return this.sendStale(name, given, send);
    if (fate === 'before' && name !== 'claim') return this.die();
    if (fate === 'within' && name === 'transaction') return this.dieWithin(given, send);
    const sent = send(given);
    if (name === 'claim') this.claiming = sent.catch(() => undefined);
    const answer = await sent;
    if (name === 'claim' && this.stale) return [];
    if (name === 'claim' && fate !== undefined && (answer as unknown[]).length === 0) {
      // Nobody notices the death of one that has nothing.
      this.at = this.talks + 1;
      return answer;
    }
    if (fate !== undefined) return this.die();
    return this.dead ? never() : answer;
  }

  private isTime(name: string): boolean {
    if (!COUNTED.has(name)) return false;
    this.talks += 1;
    if (this.talks < this.at || this.stale) return false;
    const how = this.parts.fate?.how;
    return how === 'stale' ? FENCED.has(name) : how !== 'stale-end' || name === 'settle';
  }

  private die(): Promise<never> {
    // Of several talks at once one is the last.
    if (this.dead) return never();
    this.dead = true;
    for (const takeBack of this.timers) takeBack();
    for (const unsubscribe of this.subscriptions) unsubscribe();
    // What a claim takes that was sent before its death is lost with the rest.
    void this.claiming.then(() => this.parts.onGone(this.ids, null)).catch(() => undefined);
    return never();
  }

  private async dieWithin(given: unknown[], send: (given: unknown[]) => Promise<unknown>): Promise<never> {
    const [write, work] = given as [unknown, (scope: unknown) => Promise<unknown>];
    const workAndDie = async (scope: unknown) => {
      await work(scope);
      throw new Error('The connection is gone.');
    };
    await send([write, workAndDie]).catch(() => undefined);
    return this.die();
  }

  /** Everything it held is somebody else's by now: nothing it writes may be taken. */
  private async sendStale(
    name: string,
    given: unknown[],
    send: (given: unknown[]) => Promise<unknown>,
  ): Promise<unknown> {
    this.stale = true;
    await this.claiming;
    const takeover = await this.parts.onGone([...this.ids], given[0] as HeldOperation);
    const answer = await send(given);
    const disturbance = await takeover.disturbance();
    takeover.goOn();
    if (answer !== false && answer !== null) this.parts.onViolation(`a stale ${name} was taken`);
    if (disturbance !== null) this.parts.onViolation(`a stale ${name} changed ${disturbance}`);
    return answer;
  }

  private signals(): Signals {
    const { signals } = this.parts;
    return {
      publish: (signal) => this.dead || signals.publish(signal),
      subscribe: (listener) => {
        const unsubscribe = signals.subscribe(listener);
        this.subscriptions.push(unsubscribe);
        return unsubscribe;
      },
    };
  }

  private clock(): Clock {
    return {
      ...systemClock,
      after: (ms, fn) => {
        if (this.dead) return () => undefined;
        const takeBack = systemClock.after(ms, () => {
          this.timers.delete(takeBack);
          fn();
        });
        this.timers.add(takeBack);
        return () => {
          this.timers.delete(takeBack);
          takeBack();
        };
      },
    };
  }
}
