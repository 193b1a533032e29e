// Every execution is written to a ledger outside the database, so that no rollback can hide it.
import { appendFileSync } from 'node:fs';

export default {
  'ledger.write': {
    retry: { maxAttempts: 3, maxLost: 50, initialDelayMs: 10, maxDelayMs: 100 },
    async run(op) {
      appendFileSync(process.env.LEDGER, `${op.id} ${op.attempt}\n`);
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 100));
      return { n: op.input.n };
    },
  },
};
