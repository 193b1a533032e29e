import { describeThrown } from '../attempt/thrown-value.js';
import type { Log } from '@holdfast/kernel';

/** Says once that something began to fail and once that it works again, however often it is tried in between. */
export class FaultNotice {
  private failures = 0;

  constructor(
    private readonly log: Log,
    /** What fails, as the subject of a sentence: `Claiming operations`. */
    private readonly subject: string,
  ) {}

  /** Gives the number of failures in a row, this one included. */
  failed(error: unknown): number {
    this.failures += 1;
    if (this.failures === 1)
      this.log.warn(`${this.subject} fails; it is tried again.`, { error: describeThrown(error) });
    return this.failures;
  }

  worked(): void {
    if (this.failures > 0) this.log.info(`${this.subject} works again.`, { failures: this.failures });
    this.failures = 0;
  }
}
