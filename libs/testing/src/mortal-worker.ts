import type { JsonText, StepStore, StepWrite, TransactionScope } from '@holdfast/kernel';
import { Worker, type WorkerParts } from '@holdfast/runner';
import type { CrashPlan } from './crash-plan.js';

type Talk = (...told: unknown[]) => Promise<unknown>;

/** What the operations of a dead worker are known by. */
export interface Orphan {
  readonly uuid: string;
  readonly shard: number;
}

const never = () => new Promise<never>(() => undefined);

/**
 * The real worker on a wire that can be cut: once it is dead, nothing it says reaches the database and nothing reaches
 * it, as if its process had been killed.
 */
export class MortalWorker {
  readonly ids: string[] = [];
  private readonly held = new Map<string, Orphan>();
  /** The claim that is under way, or was the last one. */
  private claiming: Promise<unknown> = Promise.resolve();
  private dead = false;
  private readonly worker: Worker;
  private readonly subscriptions: (() => void)[] = [];

  constructor(
    parts: WorkerParts,
    private readonly plan: CrashPlan,
    private readonly onDeath: (worker: MortalWorker) => void,
  ) {
    const store = this.wire(parts.store);
    this.worker = new Worker({
      ...parts,
      store,
      steps: this.wire(parts.steps),
      operations: this.wire(parts.operations),
      mail: { soon: () => this.dead || parts.mail.soon() },
      sweep: this.wire(parts.sweep),
      signals: {
        publish: (signal) => this.dead || parts.signals.publish(signal),
        subscribe: (listener) => {
          const unsubscribe = parts.signals.subscribe(listener);
          this.subscriptions.push(unsubscribe);
          return unsubscribe;
        },
      },
    });
  }

  /** What it holds, or held when it died. */
  get orphans(): readonly Orphan[] {
    return [...this.held.values()];
  }

  start(): void {
    this.worker.start();
  }

  /** Ends one that lives; of a dead one there is nothing to end. */
  async stop(): Promise<void> {
    if (!this.dead) await this.worker.drain(0);
  }

  private wire<Target extends object>(target: Target): Target {
    return new Proxy(target, {
      get: (on, name) => {
        const member: unknown = Reflect.get(on, name);
        if (typeof member !== 'function' || typeof name !== 'string') return member;
        // Everything comes through the queue: of a claim that was under way at the death it is known what it takes.
        if (name === 'offer') return () => () => undefined;
        const send: Talk = (...told) => Reflect.apply(member, on, told) as Promise<unknown>;
        return (...told: unknown[]) => this.talk(name, told, send);
      },
    });
  }

  private async talk(name: string, told: unknown[], send: Talk): Promise<unknown> {
    if (this.dead) return never();
    if (name === 'register') this.ids.push((told[0] as { workerId: string }).workerId);
    const when = this.planned(name, told);
    if (when === 'before') {
      if (name === 'transaction') await rolledBack(send, told);
      return this.die();
    }
    const sent = send(...told);
    if (name === 'claim') this.claiming = sent.then((claimed) => this.hold(claimed as Orphan[])).catch(() => undefined);
    const answer = await sent;
    if (name === 'settle') this.held.delete((told[0] as Orphan).uuid);
    if (when === 'after') return this.die();
    return this.dead ? never() : answer;
  }

  private hold(claimed: readonly Orphan[]): void {
    for (const { uuid, shard } of claimed) this.held.set(uuid, { uuid, shard });
  }

  private planned(name: string, told: unknown[]): 'before' | 'after' | null {
    if (name === 'settle') return this.plan.take('finish');
    if (name !== 'recordStep' && name !== 'transaction') return null;
    return this.plan.take('checkpoint', (told[0] as StepWrite).name);
  }

  private die(): Promise<never> {
    if (!this.dead) {
      this.dead = true;
      for (const unsubscribe of this.subscriptions) unsubscribe();
      // What a claim takes that was sent before the death is lost with the rest.
      void this.claiming.then(() => this.onDeath(this));
    }
    return never();
  }
}

/** The work of a transaction is done, and then the process dies before the commit. */
async function rolledBack(send: Talk, told: unknown[]): Promise<void> {
  const [write, work] = told as Parameters<StepStore['transaction']>;
  const workAndDie = async (scope: TransactionScope): Promise<JsonText | null> => {
    await work(scope);
    throw new Error('The process died before the commit.');
  };
  await send(write, workAndDie).catch(() => undefined);
}
