export default {
  'client.order': {
    async run(op) {
      const quote = await op.step('quote', () => ({ cents: op.input.cents }));
      const approval = await op.waitForSignal('approval', { timeoutMs: 60_000 });
      await op.progress({ completed: 1, total: 1, message: 'approved' });
      return { charged: quote.cents, by: approval.by };
    },
  },
  'client.double': {
    run: (op) => op.input.n * 2,
  },
  'client.echo': {
    run: (op) => op.input,
  },
  'client.nothing': {
    run: () => undefined,
  },
  'client.fails': {
    async run(op) {
      throw op.fail('card_declined', 'The card was declined.', { effect: 'none' });
    },
  },
  'client.once-more': {
    retry: { maxAttempts: 1 },
    async run(op) {
      if (op.attempt === 1) throw new Error('not at the first attempt');
      return op.attempt;
    },
  },
};
