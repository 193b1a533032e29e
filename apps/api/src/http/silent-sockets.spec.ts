import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { idOf, until } from '@holdfast/testkit';
import { serveApi } from '../testing/serve-api.js';

test('connections that never asked anything do not hold up a stop, and a request under way is answered', async () => {
  const api = await serveApi();
  const client = api.client();
  const id = idOf(await client.create({ type: 'test.echo' }));
  const { hostname, port } = new URL(api.url);
  const silent = [connect(Number(port), hostname), connect(Number(port), hostname)];
  await Promise.all(silent.map((socket) => once(socket, 'connect')));
  silent[1]?.write('GET /operations HTT');
  const closed = Promise.all(silent.map((socket) => once(socket, 'close')));
  const held = client.get(`/operations/${id}`, { prefer: 'wait=30' });
  await until(() => api.engine.watch.size === 1);
  const began = performance.now();
  await api.stop();
  const answer = await held;
  expect([answer.status, answer.json?.['status'], answer.headers.get('connection')]).toEqual([200, 'pending', 'close']);
  await closed;
  expect(performance.now() - began).toBeLessThan(10_000);
});
