import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service that handlers call: remembers the `traceparent` of every request. */
export interface Downstream {
  readonly url: string;
  readonly traceParents: (string | undefined)[];
  close(): Promise<void>;
}

export async function startDownstream(): Promise<Downstream> {
  const traceParents: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    traceParents.push(request.headers['traceparent'] as string | undefined);
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    traceParents,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
