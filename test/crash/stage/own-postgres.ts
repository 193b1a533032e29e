import { type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import { until } from '@holdfast/testkit';
import pg from 'pg';

const RECOVERS_WITHIN_MS = 60_000;

/** A PostgreSQL with safe settings that is there to be killed. It comes back on the port it had. */
export class OwnPostgres {
  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedServer,
  ) {}

  static async start(dataDir: string): Promise<OwnPostgres> {
    return new OwnPostgres(dataDir, await startEmbeddedPostgres({ dataDir }));
  }

  get url(): string {
    return this.server.url;
  }

  /** Kills the postmaster and starts another one, which recovers from the write-ahead log. */
  async killServer(): Promise<void> {
    const { port, pid } = this.server;
    process.kill(pid, 'SIGKILL');
    await this.server.stop();
    this.server = await startEmbeddedPostgres({ dataDir: this.dataDir, port });
    await this.untilAnswers();
  }

  /**
   * Kills one session's process: the server ends all others, forgets all memory and recovers from the log. False when
   * the session was gone before.
   */
  async killSession(): Promise<boolean> {
    const witness = new pg.Client({ connectionString: this.url });
    witness.on('error', () => undefined);
    await witness.connect();
    // Until then the server may not have noticed, and would still answer.
    const ended = new Promise<void>((resolve) => witness.once('end', resolve));
    const { rows } = await witness.query<{ pid: number }>(
      `select pid from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid() order by random() limit 1`,
    );
    const killed = rows[0] !== undefined && kill(rows[0].pid);
    if (!killed) await witness.end();
    await ended;
    await this.untilAnswers();
    return killed;
  }

  /** One look at the database, on a connection of its own: those that stay open do not survive what happens here. */
  async ask<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const client = new pg.Client({ connectionString: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  version(): Promise<string> {
    return this.ask(async (client) => {
      const { rows } = await client.query<{ server_version: string }>('show server_version');
      return rows[0]?.server_version ?? '';
    });
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private untilAnswers(): Promise<void> {
    return until(
      () =>
        this.ask((client) => client.query('select 1')).then(
          () => true,
          () => false,
        ),
      RECOVERS_WITHIN_MS,
    );
  }
}

/** False when there is no such process any more. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
