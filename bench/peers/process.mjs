// A peer in a process of its own: behind one Fastify route, as a maker of backlogs, as a worker, or all by itself.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import fastify from 'fastify';
import { latencies } from '../load/one-by-one.mjs';
import { INPUT } from '../load/requests.mjs';
import { answer } from '../stage/answer.mjs';
import { nowUs, ran } from '../stage/witness.mjs';
import { PEERS } from './index.mjs';

const MANY = 500;
const CALLERS = 64;
const WARM_UPS = 20;

const [name = '', databaseUrl = ''] = process.argv.slice(2);
const peer = await PEERS[name]?.();
if (peer === undefined) throw new Error(`No such peer: ${name}`);
const connected = await peer.connect(databaseUrl);
const prefix = randomBytes(6).toString('hex');

const server = fastify();
server.post('/operations', async (request, reply) => {
  const id = await connected.create('noop', String(request.headers['idempotency-key']), request.body.input);
  return reply.code(202).send({ id, status: 'pending' });
});
await server.listen({ port: 0, host: '127.0.0.1' });

answer(
  {
    port: server.server.address().port,
    finished: connected.finished,
    remaining: connected.remaining,
    created: connected.created,
  },
  {
    /** With its batch call where it has one, else one by one from many callers. */
    async backlog({ kind, count }) {
      const keys = Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
      const { create, createMany } = connected;
      const take = createMany
        ? () => createMany(kind, keys.splice(-MANY), INPUT)
        : () => create(kind, keys.pop() ?? '', INPUT);
      const caller = async () => {
        while (keys.length > 0) await take();
      };
      await Promise.all(Array.from({ length: createMany ? 2 : CALLERS }, caller));
    },

    work: ({ kind }) => connected.work(kind, ran),

    /** One operation after the other, created, run and awaited in this process. */
    async oneByOne({ count, everyMs }) {
      const began = new Map();
      await connected.work('stamp', ({ key }) => began.set(key, nowUs()));
      const pickUp = new Float64Array(count);
      const done = new Float64Array(count);
      for (let index = -WARM_UPS; index < count; index += 1) {
        const due = pause(everyMs);
        const key = `${prefix}-${index}`;
        const sentUs = nowUs();
        await connected.wait(await connected.create('stamp', key, { ...INPUT, key }));
        const doneUs = nowUs();
        if (index >= 0) {
          pickUp[index] = (began.get(key) - sentUs) / 1000;
          done[index] = (doneUs - sentUs) / 1000;
        }
        await due;
      }
      return latencies(pickUp, done);
    },
  },
);
