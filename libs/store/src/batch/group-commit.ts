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

/**
 * What may wait is about a second's work of two cores. Refusing earlier would serve nobody: answering «not now» costs
 * the service about as much as storing the operation, and took half the goodput at three times the peak.
 */
export const GROUP_COMMIT_DEFAULTS: GroupCommitOptions = { sizeMax: 200, lanes: 2, waitingMax: 10_000 };

interface Entry<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Adaptive group commit. Whatever one turn of the event loop brings goes at the end of that turn, so an idle service
 * adds no latency; those who arrive while statements are in flight form the next one, so a busy service shares each
 * round trip and each commit. Every caller is answered after its own commit, with its own result.
 *
 * A batch that PostgreSQL rejects is halved until the guilty item stands alone, so that one bad item never fails its
 * neighbors; one that was blocked is taken apart at once, because halving would wait for the same lock again.
 */
export class GroupCommit<Item, Result> {
  private waiting: Entry<Item, Result>[] = [];
  private inFlight = 0;
  private goesSoon = false;

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
      this.fillSoon();
    });
  }

  /** Not at once: the requests that came in together with this one are still being read. */
  private fillSoon(): void {
    if (this.goesSoon || !this.mayGo()) return;
    this.goesSoon = true;
    setImmediate(() => {
      this.goesSoon = false;
      this.fill();
    });
  }

  private fill(): void {
    while (this.waiting.length > 0 && this.mayGo()) void this.send(this.waiting.splice(0, this.options.sizeMax));
  }

  private mayGo(): boolean {
    const { lanes, besideMin = 1 } = this.options;
    return this.inFlight === 0 || (this.inFlight < lanes && this.waiting.length >= besideMin);
  }

  private async send(batch: Entry<Item, Result>[]): Promise<void> {
    this.inFlight += 1;
    const results = await this.run(itemsOf(batch)).catch(async (error: unknown) => {
      await this.recover(batch, error);
      return null;
    });
    this.inFlight -= 1;
    this.fill();
    if (!results) return;
    // The database works on the next statement while the answers to this one are made, so that statement leaves first.
    if (this.inFlight > 0) await new Promise(setImmediate);
    answer(batch, results);
  }

  private async commitPart(batch: Entry<Item, Result>[]): Promise<void> {
    try {
      answer(batch, await this.run(itemsOf(batch)));
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
      await Promise.all(batch.map((entry) => this.commitPart([entry])));
    } else {
      const middle = batch.length >> 1;
      await this.commitPart(batch.slice(0, middle));
      await this.commitPart(batch.slice(middle));
    }
  }
}

function itemsOf<Item, Result>(batch: readonly Entry<Item, Result>[]): Item[] {
  return batch.map((entry) => entry.item);
}

function answer<Item, Result>(batch: readonly Entry<Item, Result>[], results: readonly Result[]): void {
  batch.forEach((entry, index) => entry.resolve(results[index] as Result));
}
