import {
  type Clock,
  type KeptAnswer,
  pause,
  Refusal,
  type RequestId,
  type RequestStore,
  type RequestToRun,
  type RequestTransaction,
} from '@holdfast/kernel';
import { ExpiredRequests } from './expired-requests.js';
import { judgeRequest, refuseOther } from './judge-request.js';
import { RequestLeases } from './request-leases.js';

/** One request this process executes. Exactly one of `finish` and `release` is called, once. */
export interface Execution {
  /** TypeORM's EntityManager of the transaction that the answer commits with; undefined without one. */
  readonly manager?: unknown;
  /**
   * Keeps the answer. In a transaction, `keepWork` says whether what was done commits with it. False when somebody else
   * has taken the request over meanwhile, and the answer is not this one.
   */
  finish(answer: KeptAnswer, keepWork: boolean): Promise<boolean>;
  /** Gives the key back: a repeat runs. */
  release(): Promise<void>;
}

export interface RunOnceOptions {
  /** How long to wait for another execution of the same request, in ms; 0 refuses at once. */
  readonly waitMs: number;
  /** Opens a transaction of the application's that the answer commits with; null when somebody else executes it. */
  readonly transaction?: () => Promise<RequestTransaction | null>;
}

export type RunOnceDecision =
  { readonly kind: 'run'; readonly execution: Execution } | { readonly kind: 'replay'; readonly answer: KeptAnswer };

/** How often another process is asked whether it is done, in ms. */
const LOOK_EVERY_MS = 100;

/**
 * Has each request executed once: the first one runs, and the others get its answer. Those that wait in this process
 * wait for each other without asking the database.
 */
export class RunOnce {
  private readonly underWay = new Map<string, { readonly request: RequestToRun; readonly ended: Promise<void> }>();
  private readonly leases: RequestLeases;
  private readonly expired: ExpiredRequests;

  constructor(
    private readonly store: RequestStore,
    private readonly clock: Clock,
  ) {
    this.leases = new RequestLeases(store, clock);
    this.expired = new ExpiredRequests(store, clock);
  }

  /**
   * Runs or replays. Refuses with `idempotency-key-in-flight` when another execution takes longer than the caller
   * waits, and as {@link judgeRequest} does.
   */
  async decide(request: RequestToRun, options: RunOnceOptions): Promise<RunOnceDecision> {
    const until = this.clock.monotonicMs() + options.waitMs;
    for (;;) {
      const here = this.underWay.get(nameOf(request));
      if (here) refuseOther(request, here.request);
      else {
        const decision = await this.tryOnce(request, options);
        if (decision) return decision;
      }
      const leftMs = until - this.clock.monotonicMs();
      if (leftMs <= 0) throw new Refusal('idempotency-key-in-flight', undefined, { retryAfterSeconds: 1 });
      if (here) await within(this.clock, leftMs, here.ended);
      else await pause(this.clock, Math.min(leftMs, LOOK_EVERY_MS));
    }
  }

  /** Null while somebody else executes it. */
  private async tryOnce(request: RequestToRun, options: RunOnceOptions): Promise<RunOnceDecision | null> {
    const known = await this.store.find(request);
    const verdict = known ? judgeRequest(request, known) : null;
    if (verdict?.kind === 'replay') return verdict;
    // Somebody in this process may have been faster while the database was asked.
    if (verdict?.kind === 'in-flight' || this.underWay.has(nameOf(request))) return null;
    const execution = await this.open(request, options);
    return execution && { kind: 'run', execution };
  }

  private async open(request: RequestToRun, { transaction }: RunOnceOptions): Promise<Execution | null> {
    const end = this.enter(request);
    this.expired.forget();
    try {
      const execution = transaction ? joined(await transaction()) : await this.claimed(request);
      if (!execution) end();
      return execution && endingWith(end, execution);
    } catch (error) {
      end();
      throw error;
    }
  }

  private async claimed(request: RequestToRun): Promise<Execution | null> {
    const held = await this.store.begin(request);
    if (!held) return null;
    const forget = this.leases.hold(held, request.leaseMs);
    return {
      finish: (answer) => this.leases.persist(() => this.store.finish(held, answer), request.leaseMs).finally(forget),
      release: () => this.store.release(held).then(forget, forget),
    };
  }

  private enter(request: RequestToRun): () => void {
    let ended = () => {};
    const name = nameOf(request);
    this.underWay.set(name, { request, ended: new Promise((resolve) => (ended = resolve)) });
    return () => {
      this.underWay.delete(name);
      ended();
    };
  }
}

function joined(transaction: RequestTransaction | null): Execution | null {
  return (
    transaction && {
      manager: transaction.manager,
      finish: async (answer, keepWork) => {
        await transaction.commit(answer, keepWork);
        return true;
      },
      release: () => transaction.rollback(),
    }
  );
}

function endingWith(end: () => void, execution: Execution): Execution {
  return {
    manager: execution.manager,
    finish: (answer, keepWork) => execution.finish(answer, keepWork).finally(end),
    release: () => execution.release().finally(end),
  };
}

function nameOf({ scope, key }: RequestId): string {
  return JSON.stringify([scope, key]);
}

/** Waits for `work`, but no longer than `ms`. */
async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work.finally(() => done.abort()), pause(clock, ms, done.signal)]);
}
