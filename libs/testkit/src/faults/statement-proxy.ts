import { connect, createServer, type Server, type Socket } from 'node:net';
import { Latch } from '../order/latch.js';
import type { Ambush, HeldBack, Holding, Rewrite } from './statement-faults.js';
import { StatementLine } from './statement-line.js';

/**
 * The line between one process and PostgreSQL. It knows where messages end, so that a fault strikes exactly before or
 * after a statement has been carried out: a process can be killed there without a switch in what is tested.
 */
export class StatementProxy {
  /** The rewrites that have been applied: one that never is changes nothing. */
  readonly rewritten = new Set<Rewrite>();
  private readonly lines = new Set<StatementLine>();
  private readonly server: Server;
  private ambush: Ambush | null = null;
  private holding: Holding | null = null;
  private silent = false;
  private delayMs = 0;

  private constructor(
    private readonly target: URL,
    private rewrites: readonly Rewrite[],
  ) {
    this.server = createServer((client) => this.accept(client));
  }

  static async start(databaseUrl: string, rewrites: readonly Rewrite[] = []): Promise<StatementProxy> {
    const proxy = new StatementProxy(new URL(databaseUrl), rewrites);
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

  /** Rewrites differently from now on. Statements that are prepared already go with their connections. */
  rewriteWith(rewrites: readonly Rewrite[]): void {
    this.rewrites = rewrites;
    this.cut();
  }

  /** Lies in wait for the next statement of that name; null gives up waiting. */
  lieInWait(ambush: Ambush | null): void {
    this.ambush = ambush;
  }

  /** Holds back the next statement of that name. */
  holdBack(statement: string): HeldBack {
    const came = new Latch();
    const release = new Latch();
    let answered: (rows: number | null) => void = () => undefined;
    const answer = new Promise<number | null>((resolve) => (answered = resolve));
    this.holding = { statement, came: came.open, release: release.opened, answered };
    return {
      came: came.opened,
      release: () => {
        release.open();
        return answer;
      },
    };
  }

  /** Lets a statement pass that was to be held back and has not come. */
  holdNothing(): void {
    this.holding = null;
  }

  /** Cuts every connection there is. */
  cut(): void {
    for (const line of this.lines) line.cut();
  }

  /** While silent, connections are open and nothing passes: half-open to both sides. Ending it cuts them. */
  setSilent(silent: boolean): void {
    this.silent = silent;
    if (!silent) this.cut();
  }

  /** From now on every message is late by so many ms, in each direction. */
  setDelay(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** The connections of this moment, each of which can be clogged and cleared by itself. */
  get open(): readonly Pick<StatementLine, 'clog' | 'clear'>[] {
    return [...this.lines];
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    const upstream = connect(Number(this.target.port || 5432), this.target.hostname);
    const line = new StatementLine(client, upstream, {
      ambush: (statement) => this.take(statement),
      hold: (statement) => this.takeHolding(statement),
      rewrite: (frame, statement) => this.rewrite(frame, statement),
      isSilent: () => this.silent,
      delayMs: () => this.delayMs,
      onClose: () => this.lines.delete(line),
    });
    this.lines.add(line);
  }

  private take(statement: string): Ambush | null {
    const { ambush } = this;
    if (ambush?.statement !== statement) return null;
    this.ambush = null;
    return ambush;
  }

  private takeHolding(statement: string): Holding | null {
    const { holding } = this;
    if (holding?.statement !== statement) return null;
    this.holding = null;
    return holding;
  }

  private rewrite(frame: Buffer, statement: string | null): readonly Rewrite[] {
    return this.rewrites.filter((rewrite) => {
      const concerns = rewrite.statement === null || rewrite.statement === statement;
      if (!concerns || !frame.includes(rewrite.from)) return false;
      this.rewritten.add(rewrite);
      return true;
    });
  }
}
