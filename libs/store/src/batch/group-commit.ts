import { Refusal } from '@holdfast/kernel';
import { failureOf, unavailable } from '../statements/database-error.js';

export interface GroupCommitOptions {
  /** Items of one statement at most. */
  readonly sizeMax: number;
  /** Statements in flight at once. */
  readonly lanes: number;
  /** How many items must be waiting before a statement is sent beside one that is in flight; 1 when not told. */
  readonly besideMin?: number;
  /** Items that may wait; one more is refused instead of queued without end. */
  readonly waitingMax: number;
}

export const GROUP_COMMIT_DEFAULTS: GroupCommitOptions = { sizeMax: 200, lanes: 2, waitingMax: 20_000 };

interface Entry<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Adaptive group commit. The first caller goes at once, so an idle service adds no latency; those who arrive while
 * statements are in flight form the next one, so a busy service shares each round trip and each commit. Every caller
 * is answered after its own commit, with its own result.
 *
 * A batch that PostgreSQL rejects is halved until the guilty item stands alone, so that one bad item never fails its
 * neighbors; one that was blocked is taken apart at once, because halving would wait for the same lock again.
 */
export class GroupCommit<Item, Result> {
  private waiting: Entry<Item, Result>[] = [];
  private inFlight = 0;

  /** `run` gives one result for each item, in order. */
  constructor(
    private readonly run: (items: Item[]) => Promise<Result[]>,
    private readonly options: GroupCommitOptions = GROUP_COMMIT_DEFAULTS,
  ) {}

  submit(item: Item): Promise<Result> {
    if (this.waiting.length >= this.options.waitingMax) {
      return Promise.reject(new Refusal('overloaded', undefined, { retryAfterSeconds: 1 }));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.fill();
    });
  }

  private fill(): void {
    while (this.waiting.length > 0 && this.mayGo()) {
      const batch = this.waiting.splice(0, this.options.sizeMax);
      this.inFlight += 1;
      void this.commit(batch).finally(() => {
        this.inFlight -= 1;
        this.fill();
      });
    }
  }

  private mayGo(): boolean {
    const { lanes, besideMin = 1 } = this.options;
    return this.inFlight === 0 || (this.inFlight < lanes && this.waiting.length >= besideMin);
  }

  private async commit(batch: Entry<Item, Result>[]): Promise<void> {
    try {
      const results = await this.run(batch.map((entry) => entry.item));
      batch.forEach((entry, index) => entry.resolve(results[index] as Result));
    } catch (error) {
      await this.recover(batch, error);
    }
  }

  private async recover(batch: Entry<Item, Result>[], error: unknown): Promise<void> {
    const failure = failureOf(error);
    if (failure === 'unavailable' || batch.length === 1) {
      const reason = failure === 'unavailable' ? unavailable(error) : error;
      for (const entry of batch) entry.reject(reason);
    } else if (failure === 'blocked') {
      await Promise.all(batch.map((entry) => this.commit([entry])));
    } else {
      const middle = batch.length >> 1;
      await this.commit(batch.slice(0, middle));
      await this.commit(batch.slice(middle));
    }
  }
}
