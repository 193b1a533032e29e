import { DeliverMessages, Engine, Sweep } from '@holdfast/engine';
import { type JsonValue, type Log, type Operation, type ResumeRequest, silentLog, systemClock } from '@holdfast/kernel';
import { defineHandlers, type OperationContext, Worker } from '@holdfast/runner';
import type { PostgresStore } from '@holdfast/store';
import type { Pool } from 'pg';
import { freshDatabase, LocalSignals, openTestStore, type TestStore, unique } from '@holdfast/testkit';

/** A handler as a test writes it. */
export interface Definition {
  readonly retry?: Readonly<Record<string, number>>;
  readonly attemptTimeoutMs?: number;
  readonly run: (op: OperationContext) => unknown;
}

export interface Run {
  readonly id: string;
  readonly uuid: string;
  readonly tenant: string;
  now(): Promise<Operation>;
  /** The operation once `condition` holds. */
  until(condition: (operation: Operation) => boolean): Promise<Operation>;
  ended(): Promise<Operation>;
  cancel(): Promise<void>;
  resume(told?: Partial<ResumeRequest>): Promise<void>;
  signal(name: string, payload: JsonValue, key?: string): Promise<string>;
}

const SETTINGS = {
  concurrency: 20,
  leaseMs: 3_000,
  sweepIntervalMs: 200,
  pollIntervalMs: 100,
  yieldMs: 200,
  name: 'workbench',
};
const QUICK = { maxAttempts: 5, initialDelayMs: 1, maxDelayMs: 5 };

/** A database of its own, with a worker for each handler that a test runs. */
export class Workbench {
  readonly tenant = unique('tenant');
  readonly signals = new LocalSignals();
  private readonly workers: Worker[] = [];
  private readonly warned: { readonly message: string; readonly id: unknown }[] = [];
  private readonly log: Log = {
    ...silentLog,
    warn: (message, fields) => this.warned.push({ message, id: fields?.['operationId'] }),
  };

  constructor(
    private readonly database: Awaited<ReturnType<typeof freshDatabase>>,
    private readonly opened: TestStore,
  ) {}

  get pool(): Pool {
    return this.opened.pool;
  }

  get store(): PostgresStore {
    return this.opened.store;
  }

  /** What was warned of while an operation was run. */
  warnings(id: string): string[] {
    return this.warned.filter((each) => each.id === id).map(({ message }) => message);
  }

  async query(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.opened.pool.query<Record<string, unknown>>(text, values)).rows;
  }

  /** Creates one operation of the first of these types and starts a worker that runs them all. */
  async run(
    main: Definition,
    told: {
      readonly input?: JsonValue;
      readonly others?: Record<string, Definition>;
      readonly deadline?: Date;
      /** By how much the worker's clock is ahead of everybody else's, in ms. */
      readonly aheadMs?: number;
    } = {},
  ): Promise<Run> {
    const type = unique('main').replaceAll('-', '.x');
    const all = { [type]: main, ...told.others };
    const definitions = Object.fromEntries(
      Object.entries(all).map(([name, definition]) => [
        name,
        { ...definition, retry: { ...QUICK, ...definition.retry } },
      ]),
    );
    const handlers = defineHandlers(definitions, 'the test');
    const { store, signals } = this;
    const mail = new DeliverMessages({ messages: store.steps, operations: store, signals, log: silentLog });
    const engine = new Engine({ store, types: handlers.types, signals, clock: systemClock, random: Math.random, mail });
    const worker = new Worker({
      store,
      steps: store.steps,
      operations: store,
      mail,
      signals,
      sweep: new Sweep(store, signals, mail),
      clock: { ...systemClock, wallMs: () => systemClock.wallMs() + (told.aheadMs ?? 0) },
      random: Math.random,
      log: this.log,
      handlers,
      settings: SETTINGS,
    });
    this.workers.push(worker);
    const input = told.input ?? null;
    const { operation } = await engine.create.execute({
      tenant: this.tenant,
      key: unique('key'),
      body: { type, input },
      validate: () => ({
        type,
        input,
        runAt: null,
        delayMs: 0,
        deadline: told.deadline ?? null,
        priority: 0,
        labels: {},
      }),
      traceParent: null,
    });
    worker.start();
    return this.follow(operation, engine);
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.drain(100)));
    await this.opened.close();
    await this.database.drop();
  }

  private follow({ id, uuid, tenant }: Operation, engine: Engine): Run {
    const now = async () => (await this.store.find(tenant, uuid)) as Operation;
    const until = async (condition: (operation: Operation) => boolean) => {
      for (;;) {
        const seen = await now();
        if (condition(seen)) return seen;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    return {
      id,
      uuid,
      tenant,
      now,
      until,
      ended: () => until((operation) => operation.finishedAt !== null),
      cancel: async () => {
        await engine.control.cancel(tenant, id);
      },
      resume: async (told = {}) => {
        const request = { key: null, reason: null, deadline: undefined, version: null, extraAttempts: 5 };
        await this.store.resume({ tenant, uuid, ...request, ...told });
        this.signals.publish({ kind: 'due' });
      },
      signal: (name, payload, key = unique('signal')) => engine.signals.send({ tenant, id, name, key, payload }),
    };
  }
}

export async function openWorkbench(): Promise<Workbench> {
  const database = await freshDatabase();
  return new Workbench(database, await openTestStore(database.url));
}
