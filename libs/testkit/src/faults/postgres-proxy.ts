import { connect, createServer, type Server, type Socket } from 'node:net';

/** What the proxy does with traffic between a client and PostgreSQL. */
export type ProxyMode =
  | 'pass'
  /** The server gets the request and commits, but its answer never reaches the client; then the connection drops. */
  | 'lose-answers'
  /** Both sides stay open and silent: a half-open connection. */
  | 'black-hole'
  /** New connections are refused and open ones are cut. */
  | 'cut';

export interface PostgresProxy {
  /** The database's URL with the proxy's port. */
  readonly url: string;
  readonly mode: ProxyMode;
  set(mode: ProxyMode): void;
  /** Answers that were swallowed or held back: tells a test that its fault really hit something. */
  readonly hits: number;
  close(): Promise<void>;
}

/** Starts a TCP proxy in front of the PostgreSQL of `databaseUrl`, on a free loopback port. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const proxy = new Proxying(target.hostname, Number(target.port || 5432));
  const port = await proxy.listen();
  target.hostname = '127.0.0.1';
  target.port = String(port);
  const url = target.toString();
  return {
    url,
    get mode() {
      return proxy.mode;
    },
    get hits() {
      return proxy.hits;
    },
    set: (mode) => proxy.set(mode),
    close: () => proxy.close(),
  };
}

class Proxying {
  mode: ProxyMode = 'pass';
  hits = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(
    private readonly host: string,
    private readonly port: number,
  ) {
    this.server = createServer((client) => this.accept(client));
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.server.listen(0, '127.0.0.1', () => resolve((this.server.address() as { port: number }).port));
    });
  }

  set(mode: ProxyMode): void {
    this.mode = mode;
    if (mode === 'cut') for (const socket of this.sockets) socket.destroy();
  }

  close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private accept(client: Socket): void {
    if (this.mode === 'cut') {
      client.destroy();
      return;
    }
    const upstream = connect(this.port, this.host);
    for (const [own, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(own);
      own.on('error', () => undefined);
      own.on('close', () => {
        this.sockets.delete(own);
        other.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (this.mode !== 'black-hole') upstream.write(chunk);
      else this.hits += 1;
    });
    upstream.on('data', (chunk) => {
      if (this.mode === 'pass') {
        client.write(chunk);
        return;
      }
      this.hits += 1;
      if (this.mode === 'lose-answers') client.destroy();
    });
  }
}
