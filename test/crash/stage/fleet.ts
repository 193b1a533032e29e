import { endLostBackoff, type Rewrite } from '@holdfast/testkit';
import { migrate } from '@holdfast/store';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readEffects } from '../evidence/effect.js';
import type { Drain, Evidence, StaleWrite } from '../evidence/evidence.js';
import { History, readHistory } from '../evidence/history.js';
import { takeSnapshot } from '../evidence/snapshot.js';
import { Member } from './member.js';
import { OwnPostgres } from './own-postgres.js';

const SOURCES = join(import.meta.dirname, '..', '..', '..', 'crash');
const CLOCK = pathToFileURL(join(SOURCES, 'shifted-clock.mjs')).href;
const DAY_MS = 86_400_000;

/** Ends a transaction whose client has gone silent sooner than the ten seconds of the settings. */
const SILENT_TRANSACTIONS: Rewrite = {
  statement: null,
  from: 'idle_in_transaction_session_timeout=10000',
  to: 'idle_in_transaction_session_timeout=1500',
};

/** Tenants by token: two, who use the same keys. */
export const TOKENS = { 'token-of-one': 'one', 'token-of-two': 'two' } as const;

export interface FleetOptions {
  readonly apis: number;
  readonly workers: number;
  readonly leaseMs: number;
  readonly rewrites?: readonly Rewrite[];
}

/** A whole service of several processes with a database of its own, and all that is written down about it. */
export class Fleet {
  readonly staleWrites: StaleWrite[] = [];
  readonly drains: Drain[] = [];

  readonly history: History;

  private constructor(
    readonly folder: string,
    readonly postgres: OwnPostgres,
    readonly apis: readonly Member[],
    readonly workers: readonly Member[],
    /** What each of its proxies rewrites from the start. */
    readonly rewrites: readonly Rewrite[],
    private readonly beganAt: Date,
  ) {
    this.history = new History(join(folder, 'history'));
  }

  static async start(options: FleetOptions): Promise<Fleet> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-crash-'));
    const postgres = await OwnPostgres.start(join(folder, 'server'));
    await migrate(postgres.url);
    const beganAt = await postgres.ask(async (client) => {
      // No key and no unique constraint: nothing but the checkpoint keeps a row from being there twice.
      await client.query('create table booked (operation text, step text, token text)');
      return (await client.query<{ now: Date }>('select now() as now')).rows[0]?.now as Date;
    });
    const rewrites = [SILENT_TRANSACTIONS, ...(options.rewrites ?? [])];
    const start = (role: 'api' | 'worker') => (_: unknown, index: number) =>
      Member.start({
        role,
        databaseUrl: postgres.url,
        handlers: join(SOURCES, 'handlers.mjs'),
        env: { ...environment(folder, options.leaseMs), ...clockOf(index) },
        rewrites,
      });
    const apis = await Promise.all(Array.from({ length: options.apis }, start('api')));
    const workers = await Promise.all(Array.from({ length: options.workers }, start('worker')));
    return new Fleet(folder, postgres, apis, workers, rewrites, beganAt);
  }

  get members(): readonly Member[] {
    return [...this.apis, ...this.workers];
  }

  /** What waits only because its worker was killed is made due: the pause is right for poison, and too long for a test. */
  hasten(): Promise<void> {
    return this.postgres.ask((client) => endLostBackoff(client));
  }

  /** Asks a process to end and writes down how it did; another one begins in its place. */
  async drain(member: Member): Promise<void> {
    this.drains.push({ role: member.role, exit: await member.drain() });
  }

  /** Asks all of them to end, for good. */
  async endAll(): Promise<void> {
    await Promise.all(this.members.map((member) => member.ready()));
    const ends = this.members.map(async (member) => {
      this.drains.push({ role: member.role, exit: await member.end() });
    });
    await Promise.all(ends);
  }

  /** Reads all that was written down. Nobody may be writing any more. */
  async evidence(): Promise<Evidence> {
    return {
      beganAt: this.beganAt,
      history: readHistory(this.history.path),
      effects: readEffects(join(this.folder, 'ledger')),
      staleWrites: this.staleWrites,
      drains: this.drains,
      snapshot: await this.postgres.ask(takeSnapshot),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.close()));
    await this.postgres.stop();
    this.history.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function environment(folder: string, leaseMs: number): Record<string, string> {
  return {
    LEDGER: join(folder, 'ledger'),
    // Hundreds of starts of the same program: its code is compiled once.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    HOLDFAST_TOKENS: Object.entries(TOKENS)
      .map((pair) => pair.join(':'))
      .join(','),
    HOLDFAST_LEASE_MS: String(leaseMs),
    HOLDFAST_SWEEP_INTERVAL_MS: '100',
    HOLDFAST_CONCURRENCY: '20',
    HOLDFAST_POOL_MAX: '5',
    HOLDFAST_LOG_LEVEL: 'error',
  };
}

/** The second of each role lives a day ahead, the third a day behind: none of it may be stored. */
function clockOf(index: number): Record<string, string> {
  const shiftMs = [0, DAY_MS, -DAY_MS][index % 3] ?? 0;
  return shiftMs === 0 ? {} : { NODE_OPTIONS: `--import ${CLOCK}`, CLOCK_SHIFT_MS: String(shiftMs) };
}
