/** What the tests of tracing run: retries, children, signals, and calls to somebody else. */
export default {
  'trace.retry': {
    idPrefix: 'trc',
    retry: { maxAttempts: 5, initialDelayMs: 50, maxDelayMs: 50 },
    async run(op) {
      await op.step('prepare', () => 'prepared');
      if (op.attempt === 1) throw new Error('secret-in-a-sentence');
      if (op.attempt === 2) await new Promise((_, reject) => op.signal.addEventListener('abort', reject));
      await op.step('charge', () => fetch(process.env.DOWNSTREAM, { method: 'POST' }).then((answer) => answer.status));
      return { done: 'secret-in-a-result' };
    },
  },
  'trace.parent': {
    async run(op) {
      return op.call('child', 'trace.child', { from: 'parent' });
    },
  },
  'trace.child': {
    async run(op) {
      return op.step('work', () => 42);
    },
  },
  'trace.fetch': {
    async run(op) {
      await op.step('call', () => fetch(process.env.DOWNSTREAM, { method: 'POST' }).then((answer) => answer.status));
    },
  },
  'trace.signal': {
    async run(op) {
      await op.waitForSignal('approval');
      return null;
    },
  },
  'trace.resume': {
    async run(op) {
      if (op.attempt === 1) throw op.fail('not_yet', 'Somebody has to resume it.');
      return null;
    },
  },
  'trace.once': {
    async run(op) {
      if (op.attempt === 1) throw new Error('again');
      return 1;
    },
    retry: { maxAttempts: 3, initialDelayMs: 1, maxDelayMs: 1 },
  },
};
