/**
 * Turns rows into the arrays a statement unnests: `columns(items, { ids: (item) => item.uuid })` gives
 * `{ ids: [...] }`.
 */
export function columns<Item>(
  items: readonly Item[],
  picks: Readonly<Record<string, (item: Item) => unknown>>,
): Record<string, unknown[]> {
  return Object.fromEntries(Object.entries(picks).map(([name, pick]) => [name, items.map(pick)]));
}
