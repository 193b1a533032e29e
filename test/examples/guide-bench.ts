import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeliverMessages, Engine, Sweep } from '@holdfast/engine';
import {
  type Explanation,
  type JsonValue,
  type Operation,
  type ResumeRequest,
  silentLog,
  systemClock,
} from '@holdfast/kernel';
import { type HandlerRegistry, loadHandlers, Worker } from '@holdfast/runner';
import { freshDatabase, LocalSignals, openTestStore, type TestStore, unique, until } from '@holdfast/testkit';

export const ROOT = join(import.meta.dirname, '..', '..', '..');
export const GUIDES = join(ROOT, 'examples', 'guides');

const SETTINGS = {
  concurrency: 10,
  leaseMs: 3_000,
  sweepIntervalMs: 200,
  pollIntervalMs: 100,
  yieldMs: 200,
  name: 'guides',
};

/** One operation of a guide, as a test follows it. */
export interface GuideRun {
  readonly id: string;
  ended(): Promise<Operation>;
  waitsFor(reason: string): Promise<Operation>;
  explain(): Promise<Explanation>;
  signal(name: string, payload: JsonValue): Promise<void>;
  cancel(): Promise<void>;
  resume(told?: Partial<ResumeRequest>): Promise<void>;
}

/** Runs the handlers files of the guides, loaded as a service loads them, on a database of their own. */
export class GuideBench {
  private readonly workers = new Set<Worker>();
  private readonly tenant = unique('tenant');
  private readonly signals = new LocalSignals();
  private readonly mail: DeliverMessages;

  private constructor(
    private readonly database: Awaited<ReturnType<typeof freshDatabase>>,
    private readonly opened: TestStore,
  ) {
    const { store } = opened;
    this.mail = new DeliverMessages({
      messages: store.steps,
      operations: store,
      signals: this.signals,
      log: silentLog,
    });
  }

  static async open(): Promise<GuideBench> {
    const database = await freshDatabase();
    return new GuideBench(database, await openTestStore(database.url));
  }

  async query(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.opened.pool.query<Record<string, unknown>>(text, values)).rows;
  }

  /** Runs a file of SQL beside the guides, as a reader would with psql. */
  async runSql(file: string): Promise<void> {
    await this.opened.pool.query(await readFile(join(GUIDES, file), 'utf8'));
  }

  /** Starts a worker for a handlers file. */
  async work(file: string): Promise<{ handlers: HandlerRegistry; stop: () => Promise<void> }> {
    const handlers = await loadHandlers(join(GUIDES, file));
    const { store } = this.opened;
    const worker = new Worker({
      store,
      steps: store.steps,
      operations: store,
      mail: this.mail,
      signals: this.signals,
      sweep: new Sweep(store, this.signals, this.mail),
      clock: systemClock,
      random: Math.random,
      log: silentLog,
      handlers,
      settings: SETTINGS,
    });
    this.workers.add(worker);
    worker.start();
    const stop = async () => {
      this.workers.delete(worker);
      await worker.drain(1_000);
    };
    return { handlers, stop };
  }

  async create(handlers: HandlerRegistry, type: string, input: JsonValue): Promise<GuideRun> {
    const { store } = this.opened;
    const { signals, mail, tenant } = this;
    const engine = new Engine({ store, types: handlers.types, signals, clock: systemClock, random: Math.random, mail });
    const envelope = { type, input, runAt: null, delayMs: 0, deadline: null, priority: 0, labels: {} };
    const { operation } = await engine.create.execute({
      tenant,
      key: unique('key'),
      body: { type, input },
      validate: () => envelope,
      traceParent: null,
    });
    const { id, uuid } = operation;
    const when = async (what: (seen: Operation) => boolean) => {
      let seen: Operation | null = null;
      await until(async () => {
        seen = await store.find(tenant, uuid);
        return seen !== null && what(seen);
      });
      return seen as unknown as Operation;
    };
    return {
      id,
      ended: () => when((seen) => seen.finishedAt !== null),
      waitsFor: (reason) => when((seen) => seen.waiting?.reason === reason),
      explain: async () => (await engine.explain.byId(tenant, id)).explanation,
      signal: async (name, payload) => {
        await engine.signals.send({ tenant, id, name, key: unique('signal'), payload });
      },
      cancel: async () => {
        await engine.control.cancel(tenant, id);
      },
      resume: async (told = {}) => {
        const request = { key: null, reason: null, deadline: undefined, version: null, extraAttempts: 5 };
        await store.resume({ tenant, uuid, ...request, ...told });
        signals.publish({ kind: 'due' });
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => worker.drain(100)));
    await this.opened.close();
    await this.database.drop();
  }
}
