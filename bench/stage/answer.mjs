/**
 * The other end of {@link Child.ask}: serves named jobs over the channel to the bench, and says that we are ready.
 *
 * @param {unknown} ready what the bench needs to know, such as `{ port }`
 * @param {Record<string, (how: any) => unknown>} jobs
 */
export function answer(ready, jobs) {
  process.on('message', async (/** @type {{ asked?: number, what: string, how: unknown }} */ { asked, what, how }) => {
    if (asked === undefined) return;
    try {
      process.send?.({ answers: asked, answer: (await jobs[what]?.(how)) ?? null });
    } catch (error) {
      process.send?.({ answers: asked, failure: error instanceof Error ? `${error.stack}` : String(error) });
    }
  });
  // The witness has let go of the channel, and the client has nothing else that keeps it alive.
  process.channel?.ref();
  process.on('SIGTERM', () => process.exit(0));
  process.send?.({ ready: ready ?? {} });
}
