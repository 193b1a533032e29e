// What an order does outside of the database is written down where no restore can undo it.
import { appendFileSync } from 'node:fs';

export default {
  'restore.order': {
    async run(op) {
      if (op.input.until) await op.waitForSignal(op.input.until, { timeoutMs: 3_600_000 });
      await op.step('charge', () => appendFileSync(process.env.LEDGER, `${op.input.name}\n`));
      return { charged: op.input.name };
    },
  },
};
