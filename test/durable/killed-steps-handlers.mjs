// Every execution and every acknowledgement is forced to disk outside the database, in the order in which they happen,
// so that neither a rollback nor a kill can hide one.
import { randomUUID } from 'node:crypto';
import { fsyncSync, openSync, writeSync } from 'node:fs';

const ledger = openSync(process.env.LEDGER, 'a');

function note(...words) {
  writeSync(ledger, `${words.join(' ')}\n`);
  fsyncSync(ledger);
}

/** A slow operation is killed several times in most of its steps. */
function work({ input }) {
  const leastMs = input?.slow ? 120 : 20;
  return new Promise((resolve) => setTimeout(resolve, leastMs * (1 + 3 * Math.random())));
}

/** Something that comes out differently each time it is executed. */
async function act(op, name) {
  const token = randomUUID();
  note('started', op.id, name, token);
  await work(op);
  return token;
}

function durably(op, n) {
  const name = `step-${n}`;
  if (n === 9) return op.sleep(name, 150).then(() => 'slept');
  if (n % 3 === 2) {
    return op.transaction(name, async (sql) => {
      const token = await act(op, name);
      await sql.query('insert into booked values ($1, $2, $3)', [op.id, name, token]);
      await work(op);
      return token;
    });
  }
  return op.step(name, () => act(op, name));
}

export default {
  'killed.steps': {
    retry: { maxAttempts: 3, maxLost: 1000, initialDelayMs: 10, maxDelayMs: 100 },
    async run(op) {
      const tokens = [];
      for (let n = 0; n < 20; n += 1) {
        const token = await durably(op, n);
        note('acknowledged', op.id, `step-${n}`, token);
        tokens.push(token);
      }
      return tokens;
    },
  },
};
