import type { RetryPolicy } from './retry-policy.js';

/**
 * Keeps the retries of all calls together within a share of the calls, so that clients of a service in trouble do not
 * multiply its load. A durable request must not be lost to such a limit, so a retry beyond it is not refused: it takes
 * its turn in the future.
 */
export class RetryBudget {
  private left: number;
  private filledAtMs: number;

  constructor(
    private readonly policy: Pick<RetryPolicy, 'budgetReserve' | 'budgetRatio' | 'budgetPerSecond'>,
    nowMs: number,
  ) {
    this.left = policy.budgetReserve;
    this.filledAtMs = nowMs;
  }

  /** A call began: it pays for a part of a retry. */
  deposit(): void {
    this.add(this.policy.budgetRatio);
  }

  /** Takes one retry; gives how many ms it has to wait for it. */
  take(nowMs: number): number {
    this.add(((nowMs - this.filledAtMs) / 1000) * this.policy.budgetPerSecond);
    this.filledAtMs = nowMs;
    this.left -= 1;
    return this.left >= 0 ? 0 : (-this.left / this.policy.budgetPerSecond) * 1000;
  }

  /** Gives back a retry that will not be made. */
  giveBack(): void {
    this.add(1);
  }

  private add(retries: number): void {
    this.left = Math.min(this.policy.budgetReserve, this.left + Math.max(0, retries));
  }
}
