/**
 * The handlers a first start offers. A plain module: nothing is imported, and every type can be copied as a beginning.
 */
import { setTimeout as pause } from 'node:timers/promises';

export default {
  'demo.echo': {
    description: 'Returns its input.',
    async run(op) {
      return op.input;
    },
  },

  'demo.countdown': {
    description: 'Counts down once a second, or every `everyMs`, and reports its progress.',
    inputSchema: {
      type: 'object',
      properties: {
        from: { type: 'integer', minimum: 1, maximum: 1000 },
        everyMs: { type: 'integer', minimum: 0, maximum: 60_000 },
      },
      required: ['from'],
      additionalProperties: false,
    },
    async run(op) {
      const { from, everyMs = 1000 } = op.input;
      for (let left = from; left > 0; left -= 1) {
        await op.progress({ completed: from - left, total: from, message: `${left} to go` });
        // The signal ends the pause when the operation is canceled or the process goes away.
        await pause(everyMs, undefined, { signal: op.signal });
      }
      await op.progress({ completed: from, total: from, message: 'lift-off' });
      return { countedFrom: from, attempts: op.attempt };
    },
  },

  'demo.flaky': {
    description: 'Fails `failures` times (once by default), is retried, and then succeeds.',
    retry: { maxAttempts: 10, initialDelayMs: 200, factor: 2, maxDelayMs: 5000 },
    inputSchema: {
      type: ['object', 'null'],
      properties: { failures: { type: 'integer', minimum: 0, maximum: 9 } },
      additionalProperties: false,
    },
    async run(op) {
      const failures = op.input?.failures ?? 1;
      if (op.attempt <= failures) throw new Error(`The coffee machine is busy (failure ${op.attempt} of ${failures}).`);
      return { succeededOnAttempt: op.attempt };
    },
  },

  'demo.decline': {
    description: 'Fails for good at the first attempt, with details, as a declined payment would.',
    async run(op) {
      throw op.fail('card_declined', 'The card was declined.', {
        effect: 'none',
        details: { reason: 'insufficient_funds', input: op.input },
      });
    },
  },

  'demo.slow': {
    description: 'Takes `ms` milliseconds (30 seconds by default) and stops early when it is canceled.',
    attemptTimeoutMs: 3_600_000,
    inputSchema: {
      type: ['object', 'null'],
      properties: { ms: { type: 'integer', minimum: 0, maximum: 3_600_000 } },
      additionalProperties: false,
    },
    async run(op) {
      const ms = op.input?.ms ?? 30_000;
      await pause(ms, undefined, { signal: op.signal });
      return { tookMs: ms };
    },
  },
};
