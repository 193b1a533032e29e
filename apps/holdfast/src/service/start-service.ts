import type { ApiSettings } from '@holdfast/api';
import { createApiAdapter, prepareApi } from '@holdfast/api';
import { DrainFlag, HoldfastShutdown, type HoldfastOptions, NestLog } from '@holdfast/nestjs';
import type { Log } from '@holdfast/kernel';
import type { HandlerRegistry } from '@holdfast/runner';
import type { StartedMetrics, Tracing } from '@holdfast/telemetry';
import { ProbeServer, WorkerModule } from '@holdfast/worker';
import type { INestApplicationContext, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '../settings/settings.js';
import type { DatabaseWay } from '../startup/database.js';
import { drainTimes, type RunningService } from '../shutdown/drain.js';
import { type Listening, listenError } from '../startup/free-port.js';
import { ServiceModule } from './service.module.js';

/** Everything a service is started with. */
export interface ServiceParts {
  readonly settings: Settings;
  readonly database: DatabaseWay;
  readonly publicUrl: string;
  readonly listening: Listening;
  readonly handlers: HandlerRegistry;
  readonly log: Log;
  readonly metrics: StartedMetrics;
  /** Null where nobody traces. */
  readonly tracing: Tracing | null;
}

/** Starts what the role asks for and listens. Nest's errors pass; what had been opened is closed again. */
export function startService(parts: ServiceParts): Promise<RunningService> {
  return parts.settings.role === 'worker' ? startWorker(parts) : startApi(parts);
}

async function startApi(parts: ServiceParts): Promise<RunningService> {
  const drain = new DrainFlag();
  const settings = apiSettings(parts, drain);
  const app = await NestFactory.create<NestFastifyApplication>(
    ServiceModule.register(holdfastOptions(parts, drain), settings),
    createApiAdapter(settings),
    nestOptions(parts.log),
  );
  return opened(app, async () => {
    await prepareApi(app, settings);
    await listening(parts, ({ port, host }) => app.listen(port, host));
    const server = app.getHttpServer();
    return {
      closeHttp: () => app.getHttpAdapter().close() as Promise<void>,
      cutHttp: () => server.closeAllConnections(),
    };
  });
}

async function startWorker(parts: ServiceParts): Promise<RunningService> {
  const options = holdfastOptions(parts, new DrainFlag());
  const app = await NestFactory.createApplicationContext(WorkerModule.register(options), nestOptions(parts.log));
  return opened(app, async () => {
    const probes = app.get(ProbeServer);
    await listening(parts, ({ port, host }) => probes.listen(host, port));
    return { closeHttp: () => probes.close(), cutHttp: () => probes.cut() };
  });
}

/** The port was free a while ago; when somebody was faster, that is still one clear line. */
async function listening(parts: ServiceParts, listen: (at: Listening) => Promise<unknown>): Promise<void> {
  try {
    await listen(parts.listening);
  } catch (error) {
    throw listenError(error, parts.listening.port);
  }
}

/** Lets `open` bring up the HTTP side; when that fails, the rest goes down again before the error passes. */
async function opened(
  app: INestApplicationContext,
  open: () => Promise<Pick<RunningService, 'closeHttp' | 'cutHttp'>>,
): Promise<RunningService> {
  try {
    const http = await open();
    const shutdown = app.get(HoldfastShutdown);
    return {
      ...http,
      begin: () => shutdown.begin(),
      finishWork: () => shutdown.finishWork(),
      release: () => app.close(),
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function holdfastOptions({ settings, ...parts }: ServiceParts, drain: DrainFlag): HoldfastOptions {
  const { concurrency, leaseMs, sweepIntervalMs, replayWindowMs, tombstoneMs, archiveMs, traceUrl } = settings;
  const { graceMs, yieldMs } = drainTimes(settings.drainMs);
  return {
    ...parts.database,
    poolMax: settings.poolMax,
    applicationName: `holdfast ${settings.role}`,
    // Both were done before anything was started, with a line for each setting that is wrong.
    migrate: false,
    serverCheck: 'off',
    handlers: parts.handlers,
    worker: settings.role === 'api' ? null : { concurrency, leaseMs, sweepIntervalMs, yieldMs, traceUrl },
    sweepIntervalMs,
    replayWindowMs,
    tombstoneMs,
    archiveMs,
    drainMs: graceMs,
    publicUrl: parts.publicUrl,
    log: parts.log,
    telemetry: parts.metrics,
    ...(parts.tracing ? { observer: parts.tracing.observer } : {}),
    drain,
  };
}

function apiSettings(
  { settings, publicUrl, tracing, metrics: { metrics } }: ServiceParts,
  drain: DrainFlag,
): ApiSettings {
  const { tokens, replayWindowMs, tombstoneMs, traceUrl } = settings;
  return {
    publicUrl,
    traceUrl,
    tokens,
    replayWindowMs,
    tombstoneMs,
    isDraining: () => drain.active,
    metrics,
    spans: tracing?.requests ?? null,
  };
}

/** Errors come back to us instead of ending the process, and nothing of Nest's listens to signals. */
function nestOptions(log: Log): NestApplicationOptions {
  return { logger: new NestLog(log), abortOnError: false, bodyParser: false };
}
