import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the proxy does with one request. */
export type HttpFault =
  | 'pass'
  /** The service gets the request and answers; its answer never reaches the client, and the connection drops. */
  | 'cut'
  /** The same, but the connection stays open and silent until the client gives up. */
  | 'hold'
  /** The service never sees the request, and the connection stays open and silent. */
  | 'swallow'
  /** The service never sees the request: the proxy answers 503 by itself. */
  | 'refuse';

export interface HttpProxy {
  readonly url: string;
  /** How often each fault was done: tells a test that it really hit something. */
  readonly hits: Readonly<Record<HttpFault, number>>;
  close(): Promise<void>;
}

export interface HttpProxyOptions {
  /** The service behind it. */
  readonly target: string;
  /** Decides what happens to a request. */
  readonly choose: (request: IncomingMessage) => HttpFault;
  /** Called when a fault has come to its silent or broken end. */
  readonly onFault?: (fault: HttpFault) => void;
}

/** Starts an HTTP proxy that misbehaves as it is told, on a free loopback port. */
export async function startHttpProxy({ target, choose, onFault }: HttpProxyOptions): Promise<HttpProxy> {
  const hits: Record<HttpFault, number> = { pass: 0, cut: 0, hold: 0, swallow: 0, refuse: 0 };
  const server = createServer((incoming, outgoing) => {
    const fault = choose(incoming);
    hits[fault] += 1;
    incoming.on('error', () => undefined);
    if (fault === 'refuse') return void outgoing.writeHead(503, { 'content-type': 'text/plain' }).end('no upstream');
    if (fault === 'swallow') return void incoming.resume().once('end', () => onFault?.(fault));
    forward(target, incoming, outgoing, fault, () => onFault?.(fault));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    hits,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forward(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: HttpFault,
  done: () => void,
): void {
  const { host: _, ...headers } = incoming.headers;
  const upstream = request(target + (incoming.url ?? ''), { method: incoming.method, headers }, (answer) => {
    if (fault === 'pass') {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      return;
    }
    answer.resume().once('end', () => {
      if (fault === 'cut') outgoing.destroy();
      done();
    });
  });
  upstream.on('error', () => outgoing.destroy());
  incoming.pipe(upstream);
}
