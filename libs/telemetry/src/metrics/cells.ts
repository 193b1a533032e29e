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

interface Node<Cell> {
  readonly next: Map<string, Node<Cell>>;
  cell: Cell | null;
}

/**
 * The cells of one metric by their attribute values; what comes beyond the limit falls into one of `_other`. A value leads
 * to the next, because looking up a word that exists is cheap, and joining words to a new one is not.
 */
export class Cells<Cell extends { readonly values: readonly string[] }> {
  private readonly root: Node<Cell> = { next: new Map(), cell: null };
  private readonly made: Cell[] = [];

  constructor(private readonly make: (values: readonly string[]) => Cell) {}

  at(values: readonly string[]): Cell {
    let node: Node<Cell> | undefined = this.root;
    for (const value of values) {
      node = node.next.get(value);
      if (!node) return this.makeAt(values);
    }
    return node.cell ?? this.makeAt(values);
  }

  all(): readonly Cell[] {
    return this.made;
  }

  private makeAt(values: readonly string[]): Cell {
    if (this.made.length >= CELLS_MAX && values.some((value) => value !== OTHER)) {
      return this.at(values.map(() => OTHER));
    }
    let node = this.root;
    for (const value of values) {
      let next = node.next.get(value);
      if (!next) node.next.set(value, (next = { next: new Map(), cell: null }));
      node = next;
    }
    const cell = this.make([...values]);
    this.made.push(cell);
    return (node.cell = cell);
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
