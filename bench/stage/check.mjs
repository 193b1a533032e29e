/**
 * A broken run must never be taken for a fast one: throws unless what was counted is what must be.
 *
 * @param {string} what
 * @param {unknown} found
 * @param {unknown} expected
 */
export function expectSame(what, found, expected) {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
}

/**
 * Throws unless every answer had this status.
 *
 * @param {{ answers: Record<number, number> }} report
 * @param {number} status
 * @returns {number} how many there were
 */
export function expectOnly({ answers }, status) {
  const count = answers[status] ?? 0;
  expectSame('answers by status', answers, { [status]: count });
  if (count === 0) throw new Error('Nothing was answered.');
  return count;
}
