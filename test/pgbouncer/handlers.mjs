// One operation with everything that touches the database, and one that takes long enough to be killed in.
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default {
  'pooled.order': {
    retry: { maxAttempts: 20, maxLost: 50, initialDelayMs: 1, maxDelayMs: 10 },
    async run(op) {
      const quote = await op.step('quote', () => ({ cents: op.input.n }));
      await op.transaction('book', (sql) => sql.query('insert into booked (n) values ($1)', [op.input.n]));
      if (op.attempt === 1) throw new Error('not at the first attempt');
      await op.sleep('cool-down', 20);
      const doubled = await op.call('double', 'pooled.double', { n: quote.cents });
      const approval = await op.waitForSignal('approval', { timeoutMs: 60_000 });
      return { doubled, by: approval.by };
    },
  },
  'pooled.double': {
    run: (op) => op.input.n * 2,
  },
  'pooled.slow': {
    retry: { maxAttempts: 20, maxLost: 50, initialDelayMs: 1, maxDelayMs: 10 },
    async run(op) {
      await op.step('first', () => null);
      await pause(op.input.ms);
      return op.input.n;
    },
  },
};
