// Handlers that misbehave beyond what they throw.
const forever = (op) =>
  new Promise((_, reject) => op.signal.addEventListener('abort', () => reject(op.signal.reason), { once: true }));

export default {
  'poison.floating': {
    retry: { maxAttempts: 2, initialDelayMs: 1, maxDelayMs: 1 },
    run(op) {
      void Promise.reject(new Error('Nobody waits for me.'));
      return forever(op);
    },
  },
  'poison.timer': {
    retry: { maxAttempts: 1, maxLost: 2 },
    run(op) {
      setTimeout(() => {
        throw new Error('Nobody catches me.');
      }, 10);
      return forever(op);
    },
  },
  'healthy.echo': { run: (op) => op.input },
};
