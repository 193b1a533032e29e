/** One row of a table of explanations: what a code means in every case, and the sentence for one. */
export interface Row<Data> {
  /** One sentence for documents. */
  readonly meaning: string;
  readonly say: (data: Data) => string;
}

export function row<Data>(meaning: string, say: (data: Data) => string): Row<Data> {
  return { meaning, say };
}

/** A point in time as this API writes all of them. */
export function at(time: Date): string {
  return time.toISOString();
}

/** `1 slot`, `2 slots`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
