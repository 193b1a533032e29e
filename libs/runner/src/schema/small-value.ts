import type { JsonValue } from '@holdfast/kernel';

/** Values in an input up to which all of its errors are collected; each value can cause several. */
const SMALL = 2_000;

/** Whether a value consists of few values; looks at no more than that many. */
export function isSmall(value: JsonValue): boolean {
  const open: JsonValue[] = [value];
  for (let seen = 0; open.length > 0; seen += 1) {
    if (seen + open.length > SMALL) return false;
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (Array.isArray(next) && next.length > SMALL) return false;
    for (const member of Object.values(next)) open.push(member);
  }
  return true;
}
