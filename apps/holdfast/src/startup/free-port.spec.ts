import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { freePort } from './free-port.js';

const servers: Server[] = [];

async function listen(host: string, port: number): Promise<number> {
  const server = createServer().listen(port, host);
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

test('a port that is found free can be listened on at once', async () => {
  const { host, port } = await freePort(0);
  expect(port).toBeGreaterThan(0);
  await expect(listen(host, port)).resolves.toBe(port);
});

test.each(['0.0.0.0', '127.0.0.1'])('a port in use on %s is refused with one line that names it', async (host) => {
  const port = await listen(host, 0);
  await expect(freePort(port)).rejects.toThrow(`PORT: ${port} is in use by another process.`);
});
