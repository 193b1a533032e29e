import { arrayLiteral } from './array-literal.js';

/**
 * Turns rows into the arrays a statement unnests: `columns(items, { ids: (item) => item.uuid })` gives
 * `{ ids: '{…}' }`, an array literal where one can be made and the array itself where the driver must.
 */
export function columns<Item>(
  items: readonly Item[],
  picks: Readonly<Record<string, (item: Item) => unknown>>,
): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const name of Object.keys(picks)) {
    const values = items.map(picks[name] as (item: Item) => unknown);
    made[name] = arrayLiteral(values) ?? values;
  }
  return made;
}

/** JSON texts as one JSON array, for a statement that takes it apart: no text in it needs a second escape. */
export function jsonArray(texts: readonly string[]): string {
  return `[${texts.join(',')}]`;
}
