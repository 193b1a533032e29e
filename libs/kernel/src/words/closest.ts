/** The candidate that is most like `text`, or null when none is alike enough to be what was meant. */
export function closest<Word extends string>(text: string, candidates: readonly Word[]): Word | null {
  const longer = candidates.find((candidate) => candidate.startsWith(text) || text.startsWith(candidate));
  if (longer !== undefined) return longer;
  let best: Word | null = null;
  // One slip in three letters still looks like a slip; more looks like another word.
  let least = Math.floor(Math.max(text.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein: insertions, deletions and substitutions that turn one text into the other. */
function editDistance(left: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const substituted = (above[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      line.push(Math.min(substituted, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[right.length] ?? 0;
}
