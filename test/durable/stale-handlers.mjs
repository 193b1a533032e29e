// What the worker does that is going to be paused. Its successor does the same in the name of «successor».
import { existsSync, writeFileSync } from 'node:fs';

/** Says that it has got here, and goes on when it is told to. */
async function wait({ input }) {
  if (!input) return;
  writeFileSync(input.here, '');
  while (!existsSync(input.go)) await new Promise((resolve) => setTimeout(resolve, 5));
}

const book = (op) => async (sql) => {
  await sql.query('insert into booked values ($1, $2)', [op.id, 'paused']);
  await wait(op);
  return 'paused';
};

export default {
  'stale.step': { run: (op) => op.step('work', () => wait(op).then(() => 'paused')) },
  'stale.transaction': { run: (op) => op.transaction('work', book(op)) },
  'stale.finish': { run: () => 'paused' },
};
