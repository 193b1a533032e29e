/** The next release: new reports are for version 2. */
export default {
  'report.make': {
    version: '2',
    async run(op) {
      const { by } = await op.waitForSignal('approval');
      return { approvedBy: by };
    },
  },
  // Holds its slot until it is told to stop.
  'slot.hold': {
    run: (op) =>
      new Promise((_, reject) => {
        op.signal.addEventListener('abort', () => reject(op.signal.reason), { once: true });
      }),
  },
  'service.ask': {
    retry: { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 1 },
    run(op) {
      if (op.attempt === 1) throw new Error('The service is busy.');
      throw op.fail('refused', 'The service said no.', { effect: 'none' });
    },
  },
};
