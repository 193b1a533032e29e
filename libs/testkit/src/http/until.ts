const WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 5;

/** Resolves as soon as `condition` holds; rejects when it does not within ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + WITHIN_MS;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`not within ${WITHIN_MS} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
