/** What one metric has counted under one set of attribute values. */
export interface CounterCell {
  readonly values: readonly string[];
  sum: number;
}

export interface HistogramCell {
  readonly values: readonly string[];
  /** How many fell into each bucket, the last one without an upper bound. Not cumulative. */
  readonly counts: number[];
  count: number;
  sum: number;
}

/** Sets of attribute values one metric keeps apart at most; their own bounds are far below. */
const CELLS_MAX = 2_000;
export const OTHER = '_other';

/** The cells of one metric by their attribute values; what comes beyond the limit falls into one of `_other`. */
export class Cells<Cell extends { readonly values: readonly string[] }> {
  private readonly known = new Map<string, Cell>();

  constructor(private readonly make: (values: readonly string[]) => Cell) {}

  at(values: readonly string[]): Cell {
    const key = values.length === 1 ? (values[0] as string) : values.join('\0');
    const cell = this.known.get(key);
    if (cell) return cell;
    if (this.known.size >= CELLS_MAX && values[0] !== OTHER) return this.at(values.map(() => OTHER));
    const made = this.make([...values]);
    this.known.set(key, made);
    return made;
  }

  all(): Iterable<Cell> {
    return this.known.values();
  }
}

/** Adds one measurement; `buckets` are the upper bounds, each included in its bucket. */
export function measure(cell: HistogramCell, buckets: readonly number[], value: number): void {
  let at = 0;
  while (at < buckets.length && value > (buckets[at] as number)) at += 1;
  cell.counts[at] = (cell.counts[at] as number) + 1;
  cell.count += 1;
  cell.sum += value;
}
