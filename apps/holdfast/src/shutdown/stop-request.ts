import type { Clock, Log } from '@holdfast/kernel';

/** Why the process should end, and what its exit code will have to say. */
export interface StopReason {
  readonly cause: string;
  readonly exitCode: number;
}

/** The part of `process` that this needs. */
export interface SignalSource {
  on(event: string, listener: (...values: unknown[]) => void): unknown;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Signals that come this close together are one request, in ms. Ctrl-C reaches the whole process group, and npm
 * passes the same signal on once more a few milliseconds later.
 */
const SAME_REQUEST_MS = 500;

/**
 * Collects every reason to stop. The first one asks for an orderly drain; a second signal asks to cut it short. An
 * error that nobody caught drains too, because what is in flight is most probably sound, but never ends with 0.
 */
export class StopRequest {
  private first: (StopReason & { readonly at: number }) | null = null;
  private readonly requesting = gate<StopReason>();
  private readonly hurrying = gate<void>();
  private isHurried = false;
  private worst = 0;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    /** True when an error that nobody caught is the doing of one operation, which then suffers for it alone. */
    private readonly blame: (error: unknown) => boolean = () => false,
  ) {}

  /** Resolves with the first reason. */
  get requested(): Promise<StopReason> {
    return this.requesting.promise;
  }

  /** Resolves when the drain should be cut short. */
  get hurried(): Promise<void> {
    return this.hurrying.promise;
  }

  get isRequested(): boolean {
    return this.first !== null;
  }

  /** What the exit code has to say, as far as is known: the worst of all reasons. */
  get exitCode(): number {
    return this.worst;
  }

  get wasHurried(): boolean {
    return this.isHurried;
  }

  /** Signals ask for exit 0; what nobody caught is logged and asks for exit 1. */
  listen(source: SignalSource): void {
    for (const signal of SIGNALS) source.on(signal, () => this.ask({ cause: signal, exitCode: 0 }));
    for (const fault of ['uncaughtException', 'unhandledRejection']) {
      source.on(fault, (error) => {
        const blamed = this.blame(error);
        // A rejection leaves everything else as it was; what threw through the event loop may have left it anyhow.
        if (blamed && fault === 'unhandledRejection') return;
        this.log.error(`An error that nobody caught (${fault}): the process drains and ends.`, { error });
        this.ask({ cause: fault, exitCode: 1 });
      });
    }
  }

  ask(reason: StopReason): void {
    const at = this.clock.monotonicMs();
    this.worst = Math.max(this.worst, reason.exitCode);
    if (!this.first) {
      this.first = { ...reason, at };
      this.requesting.resolve(reason);
    } else if (at - this.first.at >= SAME_REQUEST_MS && !this.isHurried && reason.exitCode === 0) {
      this.isHurried = true;
      this.worst = 1;
      this.log.warn(`${reason.cause} again: the drain is cut short.`);
      this.hurrying.resolve();
    }
  }
}

/** A promise that is resolved from outside. */
function gate<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let open: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { promise, resolve: open };
}
