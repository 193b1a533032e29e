// A first handler of one's own: HOLDFAST_HANDLERS=examples/guides/quickstart.mjs npm start
import { setTimeout as pause } from 'node:timers/promises';

export default {
  'greeting.send': {
    idPrefix: 'grt',
    description: 'Greets somebody, once.',
    inputSchema: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    async run(op) {
      const text = await op.step('compose', () => `Hello, ${op.input.name}!`);
      await op.sleep('take a breath', 200);
      await op.step('send', ({ signal }) => pause(50, undefined, { signal }));
      return { sent: text };
    },
  },
};
