/**
 * The newest contraction this code can live with. A contraction takes away what an older release needs, so it may ship
 * only in a release after the one that raised this number: then the code that is being replaced can live with it, too.
 */
export const CONTRACTION_KNOWN = 1;

/** `Contract2DropPokes1790000000000` is a part of contraction 2; every other name only adds. */
const CONTRACTION_NAME = /^Contract(\d+)[A-Z]/;

/** Which contraction a migration belongs to, by its name; null for one that the release before can live with. */
export function contractionOf(migration: string): number | null {
  const [, number] = CONTRACTION_NAME.exec(migration) ?? [];
  return number === undefined ? null : Number(number);
}
