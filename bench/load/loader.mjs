// The client of the bench, a process of its own: told by the bench what to send, it answers with what came back.
import { randomBytes } from 'node:crypto';
import { answer } from '../stage/answer.mjs';
import { closedLoop } from './closed-loop.mjs';
import { oneByOne } from './one-by-one.mjs';
import { openLoop } from './open-loop.mjs';
import { PLANS } from './plans.mjs';

/** @type {import('./plans.mjs').Memory} */
const memory = { prefix: randomBytes(6).toString('hex'), next: 0, keys: [], ids: [] };
/** How many operations the workers have begun. */
const progress = { ran: 0 };

process.on('message', (/** @type {{ ran?: number }} */ { ran }) => {
  if (ran !== undefined) progress.ran = ran;
});

/** @param {{ plan: string, type: string, input?: unknown }} spec */
function planOf({ plan, type, input }) {
  const make = PLANS[plan];
  if (make === undefined) throw new Error(`No such plan: ${plan}`);
  return make(memory, type, input);
}

answer(null, {
  closed: (spec) => closedLoop(spec, planOf(spec), progress),
  open: (spec) => openLoop(spec, planOf(spec)),
  oneByOne: (spec) => oneByOne(spec, memory),
});
