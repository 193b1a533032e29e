/** Publishes a report once somebody has looked at it: most of its life it waits. */
export default {
  'report.publish': {
    version: '2',
    retry: { maxAttempts: 3, initialDelayMs: 20, maxDelayMs: 20 },
    async run(op) {
      const draft = await op.step('draft', () => `${op.input.title}, in short`);
      if (op.attempt === 1) throw new Error('The archive is busy.');
      const { by } = await op.waitForSignal('review');
      return { published: draft, reviewedBy: by };
    },
  },
};
