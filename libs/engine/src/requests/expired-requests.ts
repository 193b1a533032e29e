import type { Clock, RequestStore } from '@holdfast/kernel';

/** How often expired requests are deleted, in ms, and how many by one statement. */
const FORGET_EVERY_MS = 60_000;
const FORGET_LIMIT = 1_000;

/**
 * Deletes the requests whose window is over. Whoever adds rows also takes old ones away; where nobody adds any, there
 * is no hurry.
 */
export class ExpiredRequests {
  private forgotAt = -Infinity;

  constructor(
    private readonly store: Pick<RequestStore, 'forgetExpired'>,
    private readonly clock: Clock,
  ) {}

  /** A request was begun. Never rejects, and keeps nobody waiting. */
  forget(): void {
    const now = this.clock.monotonicMs();
    if (now - this.forgotAt < FORGET_EVERY_MS) return;
    this.forgotAt = now;
    // What fails is done a minute later.
    void this.forgetAll().catch(() => undefined);
  }

  /** All of them: a limit for each minute would let the table grow wherever more requests come in than that. */
  private async forgetAll(): Promise<void> {
    while ((await this.store.forgetExpired(FORGET_LIMIT)) === FORGET_LIMIT);
  }
}
