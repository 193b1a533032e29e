// Every execution and every acknowledgement is forced to disk outside the database, in the order in which they happen,
// so that neither a rollback nor a kill can hide one.
import { randomUUID } from 'node:crypto';
import { fsyncSync, openSync, writeSync } from 'node:fs';

const ledger = openSync(process.env.LEDGER, 'a');

/** The time is that of the machine, whatever this process believes (see `shifted-clock.mjs`). */
function note(line) {
  const at = performance.timeOrigin + performance.now();
  writeSync(ledger, `${JSON.stringify({ at, ...line })}\n`);
  fsyncSync(ledger);
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Something that comes out differently each time it is executed, and takes a while before and after it has happened. */
async function act(op, step) {
  const token = randomUUID();
  note({ word: 'started', operation: op.id, attempt: op.attempt, step, token });
  await pause(2 + Math.random() * (op.input.slowMs ?? 30));
  return token;
}

async function durably(op, step, run) {
  const token = await run();
  note({ word: 'acknowledged', operation: op.id, attempt: op.attempt, step, token });
  return token;
}

const step = (op, name) => durably(op, name, () => op.step(name, () => act(op, name)));

const transaction = (op, name) =>
  durably(op, name, () =>
    op.transaction(name, async (sql) => {
      const token = await act(op, name);
      await sql.query('insert into booked values ($1, $2, $3)', [op.id, name, token]);
      return token;
    }),
  );

/** What an attempt is given from outside: every later attempt must be given the same in that place. */
function given(op, place, token) {
  note({ word: 'given', operation: op.id, attempt: op.attempt, step: place, token });
  return token;
}

/** The keys of so many signals, which are their payloads too, in the order in which they are given out. */
async function signals(op, first, count) {
  const keys = [];
  for (let place = first; place < count; place += 1) {
    const { signal } = await op.waitForSignal('go');
    keys.push(given(op, `go ${place}`, signal));
  }
  return keys;
}

const began = (op) => note({ word: 'began', operation: op.id, attempt: op.attempt, step: null, token: null });

/** What every reader of the operation must see, whoever asks and whenever. */
const outcome = (op, more = {}) => ({ attempt: op.attempt, canary: op.input.canary, ...more });

/** An operation may lose any number of workers and transactions: this test is what kills them. */
const retry = { maxAttempts: 50, maxLost: 1000, initialDelayMs: 5, maxDelayMs: 50 };

export default {
  'crash.work': {
    retry,
    async run(op) {
      began(op);
      return outcome(op, {
        tokens: [await step(op, 'first'), await transaction(op, 'book'), await step(op, 'last')],
      });
    },
  },
  'crash.plain': {
    retry,
    async run(op) {
      began(op);
      await pause(Math.random() * 20);
      return outcome(op);
    },
  },
  'crash.flaky': {
    retry,
    async run(op) {
      began(op);
      await step(op, 'first');
      const { failures } = op.input;
      // Only what has not been counted against the policy: a lost lease is no failure of the handler.
      if (op.attempt <= failures) throw new Error(`attempt=${op.attempt}`);
      return outcome(op);
    },
  },
  'crash.declined': {
    retry,
    async run(op) {
      began(op);
      throw op.fail('declined', 'Declined.');
    },
  },
  'crash.mended': {
    retry,
    async run(op) {
      began(op);
      await step(op, 'first');
      if (op.attempt <= op.input.failures) throw op.fail('declined', `attempt=${op.attempt}`);
      return outcome(op, { tokens: [await step(op, 'last')] });
    },
  },
  'crash.patient': {
    retry,
    async run(op) {
      began(op);
      await step(op, 'first');
      const keys = await signals(op, 0, op.input.signals);
      await op.sleep('rest', 30);
      return outcome(op, { signals: keys });
    },
  },
  'crash.racer': {
    retry,
    async run(op) {
      began(op);
      const { winner, value } = await op.race('first of', {
        signal: async () => (await op.waitForSignal('go')).signal,
        timer: () => op.sleep('late', 60),
      });
      given(op, 'first of', winner);
      const keys = winner === 'signal' ? [given(op, 'go 0', value)] : await signals(op, 0, 1);
      return outcome(op, { winner, signals: keys });
    },
  },
  'crash.parent': {
    retry,
    async run(op) {
      began(op);
      await step(op, 'first');
      const { calls, ...input } = op.input;
      const child = await op.call('child', calls, input).catch((error) => {
        if (error.code !== 'declined') throw error;
        return error.code;
      });
      return outcome(op, { child });
    },
  },
  'crash.killer': {
    retry: { ...retry, maxLost: 2 },
    run(op) {
      began(op);
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => undefined);
    },
  },
  'crash.blocker': {
    retry,
    async run(op) {
      began(op);
      await step(op, 'first');
      // Nothing else happens in this process meanwhile, its heartbeat included.
      if (op.attempt === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, op.input.blockMs);
      return outcome(op, { tokens: [await step(op, 'last')] });
    },
  },
};
