/** ` (did you mean «retry»?)` when one of the known words is close to `word`, else an empty text. */
export function didYouMean(word: string, known: Iterable<string>): string {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = distanceBetween(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best !== null && bestDistance <= Math.max(1, Math.floor(word.length / 3)) ? ` (did you mean «${best}»?)` : '';
}

/** Edits between two words; a forgotten unit or group (`attemptTimeout`, `timeoutMs`) counts as a single one. */
function distanceBetween(word: string, candidate: string): number {
  const mine = word.toLowerCase();
  const theirs = candidate.toLowerCase();
  const last = theirs.slice(theirs.lastIndexOf('.') + 1);
  if (mine === theirs || mine === last) return 0;
  if (mine.length >= 4 && (last.startsWith(mine) || last.endsWith(mine))) return 1;
  return editDistance(mine, last);
}

/** Levenshtein distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replace = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
