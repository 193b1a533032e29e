import { connect, createServer, type Server, type Socket } from 'node:net';
import { Latch } from './latch.js';

/** A text on its way to the database and what arrives there instead, of the same length: messages carry theirs. */
export interface Rewrite {
  /** Name of the prepared statement it is replaced in; null for wherever it occurs. */
  readonly statement: string | null;
  readonly from: string;
  readonly to: string;
}

/** A message that is held back on its way to the database, with all that follows it on its connection. */
export interface HeldBack {
  /** Resolves once the message has come. */
  readonly came: Promise<void>;
  /** Lets it go on; resolves when the database has answered. */
  release(): Promise<void>;
}

interface Holding {
  readonly text: string;
  readonly came: () => void;
  readonly release: Promise<void>;
  readonly answered: () => void;
}

/** The line between a worker and PostgreSQL, on which statements are held back and rewritten. */
export class RewritingProxy {
  /** The rewrites that have been applied: one that never is changes nothing. */
  readonly rewritten = new Set<Rewrite>();
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private holding: Holding | null = null;

  private constructor(
    private readonly target: URL,
    private readonly rewrites: readonly Rewrite[],
  ) {
    for (const { from, to } of rewrites) {
      if (from.length !== to.length) throw new TypeError(`«${to}» is not as long as «${from}»`);
    }
    this.server = createServer((client) => this.accept(client));
  }

  static async start(databaseUrl: string, rewrites: readonly Rewrite[]): Promise<RewritingProxy> {
    const proxy = new RewritingProxy(new URL(databaseUrl), rewrites);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** URL of the same database through the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as { port: number }).port);
    return url.toString();
  }

  /** Holds back the next message that contains `text`, which is the name of a prepared statement. */
  holdBack(text: string): HeldBack {
    const came = new Latch();
    const release = new Latch();
    const answered = new Latch();
    this.holding = { text, came: came.open, release: release.opened, answered: answered.open };
    return {
      came: came.opened,
      release: () => {
        release.open();
        return answered.opened;
      },
    };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    const upstream = connect(Number(this.target.port || 5432), this.target.hostname);
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
    let before = Promise.resolve();
    client.on('data', (chunk) => {
      const holding = this.holding;
      const held = holding !== null && chunk.includes(`${holding.text}\0`);
      if (held) {
        this.holding = null;
        holding.came();
      }
      before = before.then(async () => {
        if (held) {
          await holding.release;
          upstream.once('data', holding.answered);
        }
        upstream.write(this.rewrite(chunk));
      });
    });
    upstream.on('data', (chunk) => client.write(chunk));
  }

  private rewrite(chunk: Buffer): Buffer {
    for (const rewrite of this.rewrites) {
      const { statement, from, to } = rewrite;
      const at = chunk.indexOf(from);
      if (at < 0 || (statement !== null && !chunk.includes(`${statement}\0`))) continue;
      chunk.write(to, at);
      this.rewritten.add(rewrite);
    }
    return chunk;
  }
}
