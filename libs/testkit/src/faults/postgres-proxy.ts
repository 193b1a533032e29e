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
  /** Connections made from now on go to another server, as when a name or an address moves. */
  moveTo(databaseUrl: string): void;
  /** Answers that were swallowed or held back: tells a test that its fault really hit something. */
  readonly hits: number;
  close(): Promise<void>;
}

/** Starts a TCP proxy in front of the PostgreSQL of `databaseUrl`, on a free loopback port. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const proxy = new Proxying(databaseUrl);
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
    moveTo: (other) => proxy.moveTo(other),
    close: () => proxy.close(),
  };
}

class Proxying {
  mode: ProxyMode = 'pass';
  hits = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private host = '';
  private port = 0;

  constructor(databaseUrl: string) {
    this.moveTo(databaseUrl);
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

  moveTo(databaseUrl: string): void {
    const { hostname, port } = new URL(databaseUrl);
    this.host = hostname;
    this.port = Number(port || 5432);
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
