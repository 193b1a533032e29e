import { type Clock, isTerminal, type Operation, type OperationStore, type Signals } from '@holdfast/kernel';

/** How long a hint from another process may be lost before a waiting client sees the change all the same, in ms. */
const TICK_MS = 250;

interface Waiter {
  readonly tenant: string;
  readonly satisfied: (operation: Operation) => boolean;
  readonly finish: (operation: Operation | null) => void;
}

/** What a long poll waits for: the end, or any change of the version it has seen. */
export type WaitCondition = { readonly until: 'terminal' } | { readonly until: 'change'; readonly version: number };

/**
 * Long polls. Waiting costs a map entry and no database connection: one tick reads everything that anybody waits for
 * in one shared query (the store coalesces the reads), and a hint that an operation changed reads it at once.
 */
export class WatchOperation {
  private readonly waiting = new Map<string, Set<Waiter>>();
  private takeBackTick: (() => void) | null = null;
  private closed = false;

  constructor(
    private readonly store: OperationStore,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {
    this.signals.subscribe((signal) => {
      if (signal.kind === 'changed') for (const uuid of signal.uuids) this.look(uuid);
    });
  }

  /** True once the process drains: nobody can wait any more. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Number of operations somebody waits for. */
  get size(): number {
    return this.waiting.size;
  }

  /**
   * The operation as soon as `condition` holds, or as it is after `waitMs`, when `abort` fires, or when the process
   * drains.
   */
  async wait(operation: Operation, condition: WaitCondition, waitMs: number, abort?: AbortSignal): Promise<Operation> {
    const satisfied = (seen: Operation) =>
      isTerminal(seen.status) || (condition.until === 'change' && seen.version !== condition.version);
    if (satisfied(operation) || waitMs <= 0 || this.closed || abort?.aborted) return operation;
    const changed = await this.park(operation, satisfied, waitMs, abort);
    return changed ?? (await this.store.find(operation.tenant, operation.uuid)) ?? operation;
  }

  /** Answers everybody who waits, now and from now on: part of a drain. */
  close(): void {
    this.closed = true;
    this.takeBackTick?.();
    for (const waiters of this.waiting.values()) for (const waiter of waiters) waiter.finish(null);
  }

  private park(
    operation: Operation,
    satisfied: (seen: Operation) => boolean,
    waitMs: number,
    abort?: AbortSignal,
  ): Promise<Operation | null> {
    return new Promise((resolve) => {
      const { uuid, tenant } = operation;
      const finish = (seen: Operation | null) => {
        takeBack();
        abort?.removeEventListener('abort', giveUp);
        const waiters = this.waiting.get(uuid);
        waiters?.delete(waiter);
        if (waiters?.size === 0) this.waiting.delete(uuid);
        resolve(seen);
      };
      const giveUp = () => finish(null);
      const waiter: Waiter = { tenant, satisfied, finish };
      const takeBack = this.clock.after(waitMs, giveUp);
      abort?.addEventListener('abort', giveUp, { once: true });
      const waiters = this.waiting.get(uuid);
      if (waiters) waiters.add(waiter);
      else this.waiting.set(uuid, new Set([waiter]));
      // A change between the caller's read and this line has already been announced: look once.
      this.look(uuid);
      this.scheduleTick();
    });
  }

  private scheduleTick(): void {
    if (this.takeBackTick || this.closed || this.waiting.size === 0) return;
    this.takeBackTick = this.clock.after(TICK_MS, () => {
      this.takeBackTick = null;
      for (const uuid of this.waiting.keys()) this.look(uuid);
      this.scheduleTick();
    });
  }

  private look(uuid: string): void {
    const [first] = this.waiting.get(uuid) ?? [];
    if (!first) return;
    this.store.find(first.tenant, uuid).then(
      (seen) => this.deliver(uuid, seen),
      // The database is away: the next tick asks again, and the wait ends by its own time-out.
      () => undefined,
    );
  }

  private deliver(uuid: string, seen: Operation | null): void {
    for (const waiter of this.waiting.get(uuid) ?? []) {
      if (seen === null || waiter.satisfied(seen)) waiter.finish(seen);
    }
  }
}
