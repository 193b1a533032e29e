import type { HeldOperation } from '@holdfast/kernel';

/**
 * Runs a batch with its items in the order of their ids and gives the results in the order asked: statements that lock
 * several rows then wait for each other instead of deadlocking.
 */
export async function inLockOrder<Item extends HeldOperation, Result>(
  items: readonly Item[],
  run: (sorted: Item[]) => Promise<Result[]>,
): Promise<Result[]> {
  const order = items.map((_, index) => index).sort((a, b) => compareIds(items[a], items[b]));
  const results = await run(order.map((index) => items[index] as Item));
  const asked = Array.from<Result>({ length: items.length });
  order.forEach((index, position) => (asked[index] = results[position] as Result));
  return asked;
}

function compareIds(a: HeldOperation | undefined, b: HeldOperation | undefined): number {
  const [left, right] = [a?.uuid ?? '', b?.uuid ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
}
