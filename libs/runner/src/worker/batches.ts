/**
 * The records of what a worker holds, as the store keeps them: one for each claim. A record may go once nothing of its
 * claim is held any more; until then it is what a sweep finds the operations of a dead worker by.
 */
export class Batches {
  private last = 0;
  private readonly open = new Map<number, number>();
  private readonly done = new Set<number>();

  /** Number for the next claim; never used twice, also when the claim fails. */
  next(): number {
    this.last += 1;
    return this.last;
  }

  /** The claim gave `count` operations. One that gave none has left no record. */
  claimed(batch: number, count: number): void {
    if (count > 0) this.open.set(batch, count);
  }

  /** One operation of the batch has been ended for certain. */
  release(batch: number): void {
    const left = (this.open.get(batch) ?? 0) - 1;
    if (left > 0) {
      this.open.set(batch, left);
    } else if (this.open.delete(batch)) this.done.add(batch);
  }

  /** Batches whose records may go. They are named again until {@link forget} says that the store has heard it. */
  finished(): number[] {
    return [...this.done];
  }

  forget(batches: readonly number[]): void {
    for (const batch of batches) this.done.delete(batch);
  }
}
