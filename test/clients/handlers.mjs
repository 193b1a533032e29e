// Operation types for the tests with clients of other makers.
export default {
  'client.succeed': { run: (op) => ({ echoed: op.input }) },
  'client.slow': {
    async run(op) {
      await new Promise((resolve) => setTimeout(resolve, op.input?.ms ?? 300));
      return { slept: true };
    },
  },
  'client.decline': {
    run(op) {
      throw op.fail('card_declined', 'The card was declined.', { effect: 'none' });
    },
  },
  'client.forever': {
    run: (op) =>
      new Promise((_, reject) => op.signal.addEventListener('abort', () => reject(op.signal.reason), { once: true })),
  },
};
