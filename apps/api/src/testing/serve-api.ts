import 'reflect-metadata';
import { Engine } from '@holdfast/engine';
import { DEFAULT_REPLAY_WINDOW_MS, DEFAULT_TOMBSTONE_MS, systemClock, type TypeRegistry } from '@holdfast/kernel';
import { ApiClient, LocalSignals, openTestStore, testDatabase, type TestStore, TestTenants } from '@holdfast/testkit';
import type { RequestSpans } from '@holdfast/telemetry';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Pool } from 'pg';
import { ApiModule } from '../api.module.js';
import { createApiAdapter } from '../http/adapter.js';
import { prepareApi } from '../http/prepare.js';
import type { ApiSettings } from '../settings.js';
import { TEST_TYPES } from './test-types.js';

export interface ServeOptions {
  /** False serves one tenant, `default`, without authentication. */
  readonly withTokens?: boolean;
  readonly types?: TypeRegistry;
  /** Database to use instead of the shared one. */
  readonly databaseUrl?: string;
  /** Controllers beside those of the API, as an application would add them. */
  readonly controllers?: readonly Type[];
  /** Callers to share with another server, such as the next release of it. */
  readonly tenants?: TestTenants;
  /** What makes spans of requests; nothing does when absent. */
  readonly spans?: RequestSpans;
}

/** The API on a real port over a real database, with nothing that runs operations. */
export interface ServedApi {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly engine: Engine;
  readonly pool: Pool;
  readonly signals: LocalSignals;
  readonly tenants: TestTenants;
  /** A caller nobody else is. */
  readonly client: () => ApiClient;
  /** What the process would do on SIGTERM, as far as the API sees it. */
  readonly drain: (draining: boolean) => void;
  readonly stop: () => Promise<void>;
}

/** Where the API says it lives: not where it listens, so that no URL can come from a request. */
export const PUBLIC_URL = 'https://api.test/holdfast';

export async function serveApi(options: ServeOptions = {}): Promise<ServedApi> {
  const backing = await openTestStore(options.databaseUrl ?? (await testDatabase()).url);
  const tenants = options.tenants ?? new TestTenants();
  const signals = new LocalSignals();
  let draining = false;
  const settings: ApiSettings = {
    publicUrl: `${PUBLIC_URL}/`,
    tokens: (options.withTokens ?? true) ? tenants.tokens : null,
    replayWindowMs: DEFAULT_REPLAY_WINDOW_MS,
    tombstoneMs: DEFAULT_TOMBSTONE_MS,
    isDraining: () => draining,
    ...(options.spans ? { spans: options.spans } : {}),
  };
  const engine = engineOver(backing, signals, options.types ?? TEST_TYPES);
  const app = await start(RootModule.over(engine, settings, options.controllers ?? []), settings);
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return {
    url,
    app,
    engine,
    pool: backing.pool,
    signals,
    tenants,
    client: () => new ApiClient(url, tenants.next()),
    drain: (value) => (draining = value),
    stop: async () => {
      draining = true;
      engine.watch.close();
      await app.close();
      await backing.close();
    },
  };
}

function engineOver({ store }: TestStore, signals: LocalSignals, types: TypeRegistry): Engine {
  return new Engine({ store, types, signals, clock: systemClock, random: Math.random });
}

async function start(root: DynamicModule, settings: ApiSettings): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(root, createApiAdapter(settings), { logger: false });
  await prepareApi(app, settings);
  await app.listen(0, '127.0.0.1');
  return app;
}

/** Stands in for the module that wires the engine in a service. */
@Module({})
class RootModule {
  static over(engine: Engine, settings: ApiSettings, controllers: readonly Type[]): DynamicModule {
    return {
      module: RootModule,
      global: true,
      imports: [ApiModule.register(settings)],
      controllers: [...controllers],
      providers: [{ provide: Engine, useValue: engine }],
      exports: [Engine],
    };
  }
}
