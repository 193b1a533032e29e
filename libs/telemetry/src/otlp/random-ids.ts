import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;
const POOL = Buffer.alloc(3_072);
const ZEROS: Readonly<Record<number, string>> = {
  [TRACE_DIGITS]: '0'.repeat(TRACE_DIGITS),
  [SPAN_DIGITS]: '0'.repeat(SPAN_DIGITS),
};

/**
 * Random ids, cut from digits that are made a hundred at a time: every request needs some, also one that is not
 * recorded, because its trace id is told to the client.
 */
export class RandomIds implements IdGenerator {
  private digits = '';
  private at = 0;

  generateTraceId(): string {
    return this.next(TRACE_DIGITS);
  }

  generateSpanId(): string {
    return this.next(SPAN_DIGITS);
  }

  /** An id of zeros would be none; of 16 digits that comes once in 10^19, and then the last digit is another one. */
  private next(length: number): string {
    if (this.at + length > this.digits.length) {
      this.digits = randomFillSync(POOL).toString('hex');
      this.at = 0;
    }
    const id = this.digits.slice(this.at, this.at + length);
    this.at += length;
    return id === ZEROS[length] ? id.replace(/0$/, '1') : id;
  }
}
