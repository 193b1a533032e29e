import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import { migrate } from '@holdfast/store';
import { type PostgresProxy, startPostgresProxy, until } from '@holdfast/testkit';
import pg from 'pg';

const STREAMS_WITHIN_MS = 30_000;

export interface PairOptions {
  /** Whether a commit waits for the standby. */
  readonly synchronous: boolean;
  /** Run once on the primary, before there is a standby. */
  readonly prepare?: string;
}

/** A primary with a standby that streams from it, and the address that moves from one to the other. */
export class Pair {
  private constructor(
    private readonly folder: string,
    readonly primary: EmbeddedServer,
    readonly standby: EmbeddedServer,
    /** Between primary and standby. */
    readonly link: PostgresProxy,
    /** Between the service and whichever is the primary. */
    readonly front: PostgresProxy,
  ) {}

  /** The standby begins as a copy of the files of a primary that was shut down: that needs no other program. */
  static async start({ synchronous, prepare = '' }: PairOptions): Promise<Pair> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-failover-'));
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    const empty = await startEmbeddedPostgres({ dataDir: first });
    await migrate(empty.url);
    await ask(empty.url, prepare);
    await empty.stop();
    mkdirSync(second, { mode: 0o711 });
    execFileSync('cp', ['-a', join(first, 'postgres'), second]);
    // Only its name counts, and whose it is.
    execFileSync('cp', ['-a', join(second, 'postgres', 'PG_VERSION'), join(second, 'postgres', 'standby.signal')]);

    const settings = { synchronous_standby_names: synchronous ? '*' : '' };
    const primary = await startEmbeddedPostgres({ dataDir: first, settings });
    const link = await startPostgresProxy(primary.url);
    const standby = await startEmbeddedPostgres({
      dataDir: second,
      settings: { primary_conninfo: link.url, wal_retrieve_retry_interval: '100ms' },
    });
    const pair = new Pair(folder, primary, standby, link, await startPostgresProxy(primary.url));
    await pair.untilStreaming(synchronous ? 'sync' : 'async');
    return pair;
  }

  async untilStreaming(state: 'sync' | 'async'): Promise<void> {
    const streaming = `select from pg_stat_replication where state = 'streaming' and sync_state = '${state}'`;
    await until(async () => (await ask(this.primary.url, streaming)).rowCount === 1, STREAMS_WITHIN_MS);
  }

  /** Ends the primary as a machine ends whose power is cut, for whoever is connected to it. */
  async killPrimary(): Promise<void> {
    this.link.set('cut');
    process.kill(this.primary.pid, 'SIGKILL');
    this.front.set('cut');
    await this.primary.stop();
  }

  /** Makes the standby the primary, and lets the address lead there. */
  async failOver(): Promise<void> {
    await ask(this.standby.url, 'select pg_promote(true, 60)');
    this.front.moveTo(this.standby.url);
    this.front.set('pass');
  }

  async close(): Promise<void> {
    await Promise.all([this.front.close(), this.link.close()]);
    await Promise.all([this.primary.stop(), this.standby.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One statement on a connection of its own. */
export async function ask<Row extends pg.QueryResultRow>(url: string, text: string): Promise<pg.QueryResult<Row>> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query<Row>(text);
  } finally {
    await client.end();
  }
}
