import { mkdirSync, rmSync } from 'node:fs';
import { startEmbeddedPostgres } from '@holdfast/embedded';
import pg from 'pg';
import { familyCpuMs } from './processor-time.mjs';

/** Beside the durability that the embedded server always has: as the figures of the peers were taken. */
const SETTINGS = { shared_buffers: '1GB', max_connections: '200' };
const REPORTED = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'shared_buffers',
  'max_connections',
  'max_wal_size',
  'checkpoint_timeout',
  'autovacuum_naptime',
  'jit',
];

/** The PostgreSQL of a run. Every measurement gets a database of its own, so that none inherits another's rows. */
export class Server {
  #embedded;
  #folder;
  #admin;
  #made = 0;
  #templates = /** @type {Map<string, Promise<string>>} */ (new Map());

  /** @param {string} folder for its data, which goes when it stops */
  static async start(folder) {
    mkdirSync(folder, { recursive: true });
    const embedded = await startEmbeddedPostgres({ dataDir: folder, settings: SETTINGS });
    const server = new Server(embedded, folder);
    await server.#dropLeftovers();
    return server;
  }

  /** @param {Awaited<ReturnType<typeof startEmbeddedPostgres>>} embedded @param {string} folder */
  constructor(embedded, folder) {
    this.#embedded = embedded;
    this.#folder = folder;
    this.#admin = new pg.Pool({ connectionString: embedded.url, max: 2 });
  }

  /** Processor time of all its processes since the start, in ms. */
  cpuMs() {
    return familyCpuMs(this.#embedded.pid);
  }

  /** All that it ever wrote to its write-ahead log, in bytes. */
  async walBytes() {
    const { rows } = await this.#admin.query(`select pg_current_wal_insert_lsn() - '0/0' as bytes`);
    return Number(rows[0].bytes);
  }

  /** The settings that decide how fast and how safe it is, as the server itself reports them. */
  async settings() {
    const { rows } = await this.#admin.query(
      'select name, current_setting(name) as value from unnest($1::text[]) name',
      [REPORTED],
    );
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  }

  /**
   * A new database, after a checkpoint: what an earlier measurement has left to write is not on our account.
   *
   * @param {string} [template]
   */
  async database(template = 'template1') {
    const name = `bench_${(this.#made += 1)}`;
    // Copying files is faster than logging every page of a large one.
    await this.#admin.query(`create database ${name} template ${template} strategy file_copy`);
    await this.#admin.query('checkpoint');
    const url = new URL(this.#embedded.url);
    url.pathname = name;
    return new Database(this, name, url.href, () => this.#admin.query(`drop database ${name} with (force)`));
  }

  /** A run that was killed could not clean up. */
  async #dropLeftovers() {
    const { rows } = await this.#admin.query(`select datname from pg_database where datname like 'bench\\_%'`);
    for (const { datname } of rows) await this.#admin.query(`drop database ${datname} with (force)`);
  }

  /**
   * The name of a database that is made once in a run, to start from again and again.
   *
   * @param {string} name
   * @param {(database: Database) => Promise<void>} make
   */
  template(name, make) {
    const known = this.#templates.get(name);
    if (known !== undefined) return known;
    const made = this.database().then(async (database) => {
      await make(database);
      await database.release();
      return database.name;
    });
    this.#templates.set(name, made);
    return made;
  }

  async stop() {
    await this.#admin.end();
    await this.#embedded.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A database of one measurement. */
export class Database {
  #pool;
  #drop;

  /** @param {Server} server @param {string} name @param {string} url @param {() => Promise<unknown>} drop */
  constructor(server, name, url, drop) {
    this.server = server;
    this.name = name;
    this.url = url;
    this.#drop = drop;
    this.#pool = new pg.Pool({ connectionString: url, max: 1 });
    // Dropping a database ends whoever is connected to it.
    this.#pool.on('error', () => undefined);
  }

  /** @param {string} text @param {unknown[]} [values] @returns {Promise<any[]>} */
  async query(text, values = []) {
    return (await this.#pool.query(text, values)).rows;
  }

  /** Leaves it as it is, without a connection: a database with one cannot be a template. */
  async release() {
    await this.#pool.end();
  }

  async drop() {
    await this.#pool.end();
    await this.#drop();
  }
}
