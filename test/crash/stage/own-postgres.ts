import { type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import { until } from '@holdfast/testkit';
import pg from 'pg';
import { SmallDisk } from './small-disk.js';
import { within } from './within.js';

const RECOVERS_WITHIN_MS = 180_000;
/** By the server, when one of its processes dies. */
const NOTICED_WITHIN_MS = 10_000;
/** So that a small disk holds all of it. */
const SETTINGS = { max_wal_size: '256MB', min_wal_size: '80MB' };

/** A PostgreSQL with safe settings that is there to be harmed, by one at a time. It comes back on the port it had. */
export class OwnPostgres {
  private harm: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedServer,
    /** Where its data lies; null when that is no disk of its own. */
    readonly disk: SmallDisk | null,
  ) {}

  /** With `ownDisk`, on a disk that can be filled, where one may be mounted. */
  static async start(dataDir: string, ownDisk: boolean): Promise<OwnPostgres> {
    const disk = ownDisk ? SmallDisk.mount(dataDir) : null;
    return new OwnPostgres(dataDir, await startEmbeddedPostgres({ dataDir, settings: SETTINGS }), disk);
  }

  get url(): string {
    return this.server.url;
  }

  /** Kills the postmaster and starts another one, which recovers from the write-ahead log. */
  killServer(): Promise<void> {
    return this.alone(async () => {
      process.kill(this.server.pid, 'SIGKILL');
      await this.startAgain();
    });
  }

  /**
   * Kills the process of one session of the service: the server ends all others, forgets all memory and recovers from
   * the log. False when the session was gone before; one that has just ended can still be sent a signal.
   */
  killSession(): Promise<boolean> {
    return this.alone(async () => {
      const witness = await this.connect();
      // Until then the server may not have noticed, and would still answer.
      const ended = new Promise<void>((resolve) => witness.once('end', resolve));
      const { rows } = await witness.query<{ pid: number }>(
        `select pid from pg_stat_activity
          where application_name like 'holdfast%' order by random() limit 1`,
      );
      const sent = rows[0] !== undefined && signal(rows[0].pid, 'SIGKILL');
      const killed = sent && (await within(NOTICED_WITHIN_MS, ended));
      if (!killed) await witness.end();
      await this.untilAnswers();
      return killed;
    });
  }

  /** Fills the disk, lets that have its effect, and makes room again. */
  fillDisk(disk: SmallDisk, effect: () => Promise<void>): Promise<void> {
    return this.alone(async () => {
      disk.fill();
      try {
        await effect();
      } finally {
        disk.empty();
      }
      // A server that could not write its log has ended for good: somebody has to start it.
      if (!signal(this.server.pid, 0)) await this.startAgain();
      await this.untilAnswers();
    });
  }

  /** Looks at the database on a connection of its own, again when somebody harms it meanwhile: `work` must bear that. */
  async ask<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const giveUpAt = performance.now() + RECOVERS_WITHIN_MS;
    for (;;) {
      try {
        return await this.askOnce(work);
      } catch (error) {
        if (!isOutage(error) || performance.now() > giveUpAt) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  /** The same, once. */
  async askOnce<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const client = await this.connect();
    try {
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  version(): Promise<string> {
    return this.ask(async (client) => {
      const { rows } = await client.query<{ server_version: string }>('show server_version');
      return rows[0]?.server_version ?? '';
    });
  }

  /** Ends it; its data stays only when it is to be kept. */
  async stop(keep: boolean): Promise<void> {
    await this.harm.catch(() => undefined);
    await this.server.stop();
    this.disk?.unmount(keep);
  }

  private async startAgain(): Promise<void> {
    const { port } = this.server;
    await this.server.stop();
    this.server = await startEmbeddedPostgres({ dataDir: this.dataDir, port, settings: SETTINGS });
    await this.untilAnswers();
  }

  private untilAnswers(): Promise<void> {
    return until(
      () =>
        this.askOnce((client) => client.query('select 1')).then(
          () => true,
          () => false,
        ),
      RECOVERS_WITHIN_MS,
    );
  }

  private alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.harm.catch(() => undefined).then(work);
    this.harm = turn;
    return turn;
  }
}

/** It is away, starts, has no room or no connection left, or has dropped ours (PostgreSQL manual, appendix A). */
export function isOutage(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return /^(08|53|57P|55P03|E[A-Z])/.test(code ?? '') || /connection|timeout/i.test(message ?? '');
}

/** False when there is no such process any more. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
