/** Numbers in [0, 1) that one seed always gives in the same order (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed that `TEST_SEED` asks for, to see a failure again, or a new one. */
export function testSeed(): number {
  const told = process.env['TEST_SEED'];
  return told === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(told);
}
