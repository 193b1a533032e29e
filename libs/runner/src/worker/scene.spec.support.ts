import { test } from '@jest/globals';
import { type CreateResult, DeliverMessages, Engine, Sweep } from '@holdfast/engine';
import {
  type CreateEnvelope,
  type JsonObject,
  type JsonValue,
  type Log,
  newUuid,
  type Operation,
  type Signals,
  silentLog,
  systemClock,
} from '@holdfast/kernel';
import type { PostgresStore } from '@holdfast/store';
import {
  LocalSignals,
  openTestStore,
  type PostgresProxy,
  startPostgresProxy,
  testDatabase,
  type TestStore,
} from '@holdfast/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineHandlers } from '../handlers/define-handlers.js';
import type { HandlerFunction, HandlerRegistry } from '../handlers/handler-registry.js';
import { Worker } from './worker.js';
import { DEFAULT_WORKER_SETTINGS, type WorkerSettings } from './worker-settings.js';

const PATIENCE_MS = 30_000;

/** Short times, so that tests of leases and sweeps are quick. */
const SETTINGS: WorkerSettings = {
  ...DEFAULT_WORKER_SETTINGS,
  name: 'test',
  leaseMs: 3_000,
  sweepIntervalMs: 200,
  yieldMs: 200,
};

export type Definitions = Readonly<
  Record<string, { readonly run: HandlerFunction; readonly [member: string]: unknown }>
>;

export interface WorkerOptions {
  readonly settings?: Partial<WorkerSettings>;
  readonly store?: PostgresStore;
  /** Hints that reach this worker; those of the scene unless it should be deaf. */
  readonly signals?: Signals;
  readonly log?: Log;
  readonly definitions?: Definitions;
}

/**
 * One test's share of a database: types and a tenant of its own, the real engine, and as many real workers as it starts.
 * Types are told apart by name, so scenes of one database run side by side.
 */
export class Scene {
  readonly tenant = `tenant-${newUuid(Date.now(), 0)}`;
  readonly signals = new LocalSignals();
  readonly store: PostgresStore;
  private readonly suffix = newUuid(Date.now(), 0);
  private readonly workers: Worker[] = [];
  private readonly engine: Engine;
  private readonly mail: DeliverMessages;
  private readonly closers: (() => Promise<void>)[] = [];
  private keys = 0;

  constructor(
    private readonly definitions: Definitions,
    readonly database: TestStore,
  ) {
    this.store = database.store;
    const { types } = this.registry(definitions);
    const { store, signals } = this;
    this.mail = new DeliverMessages({ messages: store.steps, operations: store, signals, log: silentLog });
    this.engine = new Engine({ store, types, signals, clock: systemClock, random: Math.random });
  }

  /** Starts a worker; it is drained with the scene at the latest. */
  worker(options: WorkerOptions = {}): Worker {
    const store = options.store ?? this.store;
    const signals = options.signals ?? this.signals;
    const worker = new Worker({
      store,
      steps: this.store.steps,
      operations: this.store,
      mail: this.mail,
      signals,
      sweep: new Sweep(store, signals, this.mail),
      clock: systemClock,
      random: Math.random,
      log: options.log ?? silentLog,
      handlers: this.registry(options.definitions ?? this.definitions),
      settings: { ...SETTINGS, ...options.settings },
    });
    this.workers.push(worker);
    worker.start();
    return worker;
  }

  async create(name: string, envelope: Partial<CreateEnvelope> = {}): Promise<Operation> {
    const type = this.typeOf(name);
    const input: JsonValue = envelope.input ?? null;
    const body: JsonObject = { type, input };
    this.keys += 1;
    const full = { runAt: null, delayMs: 0, deadline: null, priority: 0, labels: {}, ...envelope, type, input };
    const created: CreateResult = await this.engine.create.execute({
      tenant: this.tenant,
      key: `key-${this.keys}`,
      body,
      validate: () => full,
      traceParent: null,
    });
    return created.operation;
  }

  async cancel(operation: Operation): Promise<void> {
    await this.engine.control.cancel(this.tenant, operation.id);
  }

  async read(operation: Operation): Promise<Operation> {
    return this.engine.read.byId(this.tenant, operation.id);
  }

  /** The operation as soon as it has this status, or is as `satisfied` says. */
  async until(operation: Operation, wanted: Operation['status'] | ((seen: Operation) => boolean)): Promise<Operation> {
    const satisfied = typeof wanted === 'function' ? wanted : (seen: Operation) => seen.status === wanted;
    let seen = operation;
    await eventually(async () => {
      seen = await this.read(operation);
      return satisfied(seen);
    }).catch((error: unknown) => {
      throw new Error(`the operation stayed ${JSON.stringify(seen)}`, { cause: error });
    });
    return seen;
  }

  typeOf(name: string): string {
    return `${name}.${this.suffix}`;
  }

  /** A store with connections of its own: to count what one worker sends, or to cut it off. */
  async connect(): Promise<PostgresStore> {
    return (await this.open((await testDatabase()).url)).store;
  }

  /** The same through a proxy that can be told to misbehave. */
  async connectBadly(): Promise<{ store: PostgresStore; proxy: PostgresProxy; quiet: () => boolean }> {
    const proxy = await startPostgresProxy((await testDatabase()).url);
    this.closers.push(() => proxy.close());
    const { store, pool } = await this.open(proxy.url);
    // What is sent next goes over a connection that is open and owes no answer.
    const quiet = () => pool.totalCount > 0 && pool.idleCount === pool.totalCount;
    return { store, proxy, quiet };
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.drain(0)));
    for (const close of this.closers.toReversed()) await close();
  }

  private async open(url: string): Promise<TestStore> {
    const opened = await openTestStore(url);
    this.closers.push(() => opened.close());
    return opened;
  }

  private registry(definitions: Definitions): HandlerRegistry {
    const named = Object.entries(definitions).map(([name, definition]) => [this.typeOf(name), definition]);
    return defineHandlers(Object.fromEntries(named) as object);
  }
}

/** Resolves when the condition holds; rejects when it still does not after a long time. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > PATIENCE_MS) throw new Error('this never came true');
    await sleep(5);
  }
}

/** Resolves when the signal aborts, with the code of its reason. */
export function aborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const tell = () => resolve((signal.reason as { code: string }).code);
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
  });
}

/** A promise and what settles it. */
export function gate<Value = void>() {
  let open: (value: Value) => void = () => undefined;
  const opened = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { open: (value: Value) => open(value), opened };
}

/**
 * Tests that run side by side, each in a scene of its own over the one database of this process. `close` belongs into
 * `afterAll`.
 */
export function promises() {
  let opened: Promise<TestStore> | null = null;
  const open = () => (opened ??= testDatabase().then(({ url }) => openTestStore(url)));
  const promise = (name: string, definitions: Definitions, keep: (scene: Scene) => Promise<void>) =>
    test.concurrent(name, async () => {
      const scene = new Scene(definitions, await open());
      try {
        await keep(scene);
      } finally {
        await scene.close();
      }
    });
  return { promise, close: async () => (await opened)?.close() };
}
