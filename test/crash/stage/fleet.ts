import { endLostBackoff, type Rewrite } from '@holdfast/testkit';
import { migrate } from '@holdfast/store';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Drain, type Evidence, PARTS, readEvidence, type StaleWrite, writeClosing } from '../evidence/evidence.js';
import { History } from '../evidence/history.js';
import { Journal } from '../evidence/journal.js';
import { takeSnapshot } from '../evidence/snapshot.js';
import { environmentOf, HANDLERS } from './environment.js';
import { Member } from './member.js';
import { OwnPostgres } from './own-postgres.js';

/** Ends a transaction whose client has gone silent sooner than the ten seconds of the settings. */
const SILENT_TRANSACTIONS: Rewrite = {
  statement: null,
  from: 'idle_in_transaction_session_timeout=10000',
  to: 'idle_in_transaction_session_timeout=1500',
};

export interface FleetOptions {
  readonly apis: number;
  readonly workers: number;
  readonly leaseMs: number;
  readonly rewrites?: readonly Rewrite[];
  /** A disk of its own for the database, to be filled. */
  readonly ownDisk?: boolean;
}

/** A whole service of several processes with a database of its own, and all that is written down about it. */
export class Fleet {
  readonly staleWrites: StaleWrite[] = [];
  readonly drains: Drain[] = [];
  readonly history: History;
  /** What was done to it, for whoever looks into a violation; no promise is judged by it. */
  readonly faults: Journal;

  private constructor(
    readonly folder: string,
    readonly postgres: OwnPostgres,
    readonly apis: readonly Member[],
    readonly workers: readonly Member[],
    /** What each of its proxies rewrites from the start. */
    readonly rewrites: readonly Rewrite[],
    private readonly beganAt: Date,
  ) {
    this.history = new History(join(folder, PARTS.history));
    this.faults = new Journal(join(folder, PARTS.faults));
  }

  static async start(options: FleetOptions): Promise<Fleet> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-crash-'));
    const postgres = await OwnPostgres.start(join(folder, 'server'), options.ownDisk ?? false);
    await migrate(postgres.url);
    const beganAt = await postgres.ask(async (client) => {
      // No key and no unique constraint: nothing but the checkpoint keeps a row from being there twice.
      await client.query('create table booked (operation text, step text, token text)');
      await client.query('create table ballast (stone text)');
      return (await client.query<{ now: Date }>('select now() as now')).rows[0]?.now as Date;
    });
    const rewrites = [SILENT_TRANSACTIONS, ...(options.rewrites ?? [])];
    const start = (role: 'api' | 'worker') => (_: unknown, index: number) =>
      Member.start({
        role,
        databaseUrl: postgres.url,
        handlers: HANDLERS,
        env: environmentOf(folder, options.leaseMs, index),
        rewrites,
        output: join(folder, `${role}-${index + 1}.log`),
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

  /** Asks a process to end and writes down how it did; another one begins in its place. False when there was none. */
  async drain(member: Member): Promise<boolean> {
    const exit = await member.drain();
    this.noteDrain(member, exit);
    return exit !== null;
  }

  /** Asks all of them to end, for good. */
  async endAll(): Promise<void> {
    await Promise.all(this.members.map((member) => member.ready()));
    const ends = this.members.map(async (member) => {
      this.noteDrain(member, await member.end());
    });
    await Promise.all(ends);
  }

  private noteDrain({ role }: Member, exit: Drain['exit'] | null): void {
    if (exit !== null) this.drains.push({ role, exit });
  }

  /** All that was seen, as it lies in the folder from now on. Nobody may be writing any more. */
  async evidence(): Promise<Evidence> {
    const { beganAt, staleWrites, drains } = this;
    writeClosing(this.folder, { beganAt, staleWrites, drains, snapshot: await this.postgres.ask(takeSnapshot) });
    return readEvidence(this.folder);
  }

  /** Ends everything. With `keep` the folder stays, the data of PostgreSQL and what the processes printed in it. */
  async close({ keep }: { readonly keep: boolean } = { keep: false }): Promise<void> {
    await Promise.all(this.members.map((member) => member.close()));
    await this.postgres.stop(keep);
    this.history.close();
    this.faults.close();
    rmSync(keep ? join(this.folder, 'compiled') : this.folder, { recursive: true, force: true });
  }
}
