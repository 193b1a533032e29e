// No key and no unique constraint in `booked`: nothing but the checkpoint keeps a row from being there twice.
export default {
  'failover.order': {
    retry: { maxAttempts: 100, maxLost: 100, initialDelayMs: 10, maxDelayMs: 200 },
    async run(op) {
      await op.step('quote', () => ({ n: op.input.n }));
      await op.transaction('book', (sql) => sql.query('insert into booked (n) values ($1)', [op.input.n]));
      return op.input.n;
    },
  },
};
