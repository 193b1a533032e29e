import { DeliverMessages, Engine, Sweep } from '@holdfast/engine';
import { silentLog, systemClock, unobserved } from '@holdfast/kernel';
import { DrainFlag, Operations } from '@holdfast/nestjs';
import { defineHandlers, type HandlerRegistry } from '@holdfast/runner';
import { createDataSource, migrate, PostgresSignals, PostgresStore } from '@holdfast/store';
import { CrashPlan } from './crash-plan.js';
import { MortalWorker } from './mortal-worker.js';
import { startTestDatabase, type TestDatabase } from './test-database.js';
import { TestHoldfast } from './test-holdfast.js';

export interface TestHoldfastOptions {
  /**
   * What is to be run: definitions as in a handlers file, or a registry. A NestJS application gives its own, with
   * everything injected, by `app.get(HOLDFAST_HANDLERS)`.
   */
  readonly handlers: object;
  /** An empty database of the caller's instead of an embedded server of its own. */
  readonly databaseUrl?: string;
}

/** A lease that lasts through every break point of a debugger: who is dead is told, and not found out by its silence. */
const SETTINGS = {
  name: 'testing',
  concurrency: 20,
  leaseMs: 3_600_000,
  sweepIntervalMs: 1_000,
  pollIntervalMs: 50,
  yieldMs: 500,
};

/** Starts a Holdfast for one test file. Rejects with a `HandlersError` for handlers that cannot be used. */
export async function startHoldfast(options: TestHoldfastOptions): Promise<TestHoldfast> {
  const handlers = registryOf(options.handlers);
  const { databaseUrl } = options;
  const database: TestDatabase = databaseUrl
    ? { url: databaseUrl, stop: () => Promise.resolve() }
    : await startTestDatabase();
  try {
    await migrate(database.url);
    return await wired(handlers, database);
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function wired(handlers: HandlerRegistry, database: TestDatabase): Promise<TestHoldfast> {
  const { url } = database;
  const [clock, log, random, types] = [systemClock, silentLog, Math.random, handlers.types];
  const dataSource = await createDataSource({ url, applicationName: 'holdfast testing' }).initialize();
  const store = new PostgresStore(dataSource);
  const signals = new PostgresSignals({ url, dataSource, clock, log });
  signals.start();
  const mail = new DeliverMessages({ messages: store.steps, operations: store, signals, log });
  const sweep = new Sweep(store, signals, mail);
  const engine = new Engine({ store, signals, types, clock, random, mail });
  const plan = new CrashPlan();
  const parts = { store, steps: store.steps, operations: store, histories: store, observer: unobserved, mail, sweep };
  return new TestHoldfast({
    databaseUrl: url,
    operations: new Operations({ engine, store, drain: new DrainFlag(), publicUrl: 'http://holdfast.test' }),
    store,
    sweep,
    signals,
    types,
    clock,
    plan,
    startWorker: (onDeath) =>
      new MortalWorker({ ...parts, signals, handlers, clock, log, random, settings: SETTINGS }, plan, onDeath),
    close: async () => {
      engine.watch.close();
      await engine.requests.settled();
      await signals.close();
      await dataSource.destroy();
      await database.stop();
    },
  });
}

function registryOf(handlers: object): HandlerRegistry {
  return 'types' in handlers && handlers.types instanceof Map
    ? (handlers as HandlerRegistry)
    : defineHandlers(handlers);
}
