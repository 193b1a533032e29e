// What a durable create could cost at best: a bare Fastify route in front of one shared insert. Callers that arrive
// while an insert is under way form the next one; each is answered after its own commit.
import fastify from 'fastify';
import pg from 'pg';
import { answer } from '../stage/answer.mjs';

const BATCH_MAX = 500;
const [databaseUrl] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
await pool.query(
  'create table if not exists op (id bigint generated always as identity primary key, key text unique, input jsonb)',
);

/** @type {{ key: string, input: string, resolve: (id: string | null) => void, reject: (error: unknown) => void }[]} */
let waiting = [];
let underWay = 0;

/** @param {string} key @param {unknown} input @returns {Promise<string | null>} null for a key that was used before */
function insert(key, input) {
  return new Promise((resolve, reject) => {
    waiting.push({ key, input: JSON.stringify(input), resolve, reject });
    if (underWay < 2) void flush();
  });
}

async function flush() {
  const batch = waiting.slice(0, BATCH_MAX);
  waiting = waiting.slice(BATCH_MAX);
  underWay += 1;
  try {
    const { rows } = await pool.query({
      name: 'insert',
      text: `insert into op (key, input) select * from unnest($1::text[], $2::jsonb[])
             on conflict (key) do nothing returning id, key`,
      values: [batch.map(({ key }) => key), batch.map(({ input }) => input)],
    });
    const made = new Map(rows.map(({ id, key }) => [key, id]));
    for (const { key, resolve } of batch) resolve(made.get(key) ?? null);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
  underWay -= 1;
  if (waiting.length > 0) void flush();
}

const server = fastify();
server.post('/operations', async (request, reply) => {
  const id = await insert(String(request.headers['idempotency-key']), request.body.input);
  return reply.code(202).send({ id, status: 'pending' });
});
await server.listen({ port: 0, host: '127.0.0.1' });
answer({ port: server.server.address().port }, {});
