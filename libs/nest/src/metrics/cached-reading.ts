import type { Clock } from '@holdfast/kernel';

/** Asks once in a while, however many want to know: the answer, or the question under way, is shared. */
export class CachedReading<Value> {
  private asked: { readonly at: number; readonly answer: Promise<Value> } | null = null;

  /** `freshMs`: how long an answer serves. A failure is asked again at once. */
  constructor(
    private readonly ask: () => Promise<Value>,
    private readonly clock: Clock,
    private readonly freshMs: number,
  ) {}

  read(): Promise<Value> {
    const now = this.clock.monotonicMs();
    if (this.asked && now - this.asked.at <= this.freshMs) return this.asked.answer;
    const answer = this.ask();
    this.asked = { at: now, answer };
    answer.catch(() => {
      this.asked = null;
    });
    return answer;
  }
}
