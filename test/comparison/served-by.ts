import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Payment } from './contender.js';

export interface Incoming {
  readonly headers: IncomingHttpHeaders;
  readonly payment: Payment;
}

/** An answer that is no success, as the library's own adapter would write it. */
export class Answered extends Error {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`status ${status}`);
  }
}

/** A plain HTTP server around one route, for libraries that bring none: their errors are told by name. */
export async function servedBy(route: (incoming: Incoming, response: ServerResponse) => Promise<object>) {
  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      try {
        const answer = await route({ headers: request.headers, payment: JSON.parse(text) as Payment }, response);
        response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      } catch (error) {
        const name = error instanceof Error ? error.name : String(error);
        const { status, headers } = error instanceof Answered ? error : { status: 500, headers: { 'x-error': name } };
        response.writeHead(status, headers).end('{}');
      }
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/payments`,
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
