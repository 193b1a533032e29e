// Handlers that do, on demand, everything there is a metric for.
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default {
  'scene.work': {
    retry: { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 5 },
    async run(op) {
      await op.step('look', () => null);
      if (op.input?.fail) throw op.fail('declined', 'secret-of-the-handler');
      if (op.attempt <= Number(op.input?.flaky ?? 0)) throw new Error('secret-of-the-handler');
      if (op.input?.ms) await pause(op.input.ms);
      return { echo: 'secret-result' };
    },
  },
  // Keeps the event loop from turning for as long as it is told.
  'scene.block': {
    run(op) {
      const end = performance.now() + op.input.ms;
      while (performance.now() < end);
      return null;
    },
  },
};
