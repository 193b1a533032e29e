import type { EmbeddedServer } from '@holdfast/embedded';
import { type Log, systemClock } from '@holdfast/kernel';
import { createLog } from '@holdfast/nestjs';
import type { StartedMetrics, Telemetry } from '@holdfast/telemetry';
import { randomBytes } from 'node:crypto';
import { readyLines } from './announce/ready-lines.js';
import { type ServiceParts, startService } from './service/start-service.js';
import { SettingsError } from './settings/mistake.js';
import { type Environment, readSettings, type Settings } from './settings/settings.js';
import { drain, type RunningService } from './shutdown/drain.js';
import { StopRequest } from './shutdown/stop-request.js';
import { databaseWay, prepareDatabase, startEmbedded } from './startup/database.js';
import { freePort } from './startup/free-port.js';
import { blameAttempt } from '@holdfast/runner';
import { chosenHandlers } from './startup/handlers.js';
import { shownDatabaseUrl } from './startup/redact.js';
import { reasonOf, StartupError } from './startup/startup-error.js';

/** What the last spans may take to be sent, in ms. */
const TELEMETRY_MS = 2_000;

/** What is running by now; the end of the process needs to know, however far the start came. */
interface Started {
  embedded: EmbeddedServer | null;
  service: RunningService | null;
}

/** What was started before anything else. */
export interface Instruments {
  readonly telemetry: Telemetry;
  readonly metrics: StartedMetrics;
}

/** How the process tells of itself while it runs. */
type Voice = Pick<ServiceParts, 'log' | 'tracing' | 'metrics'>;

/**
 * The whole life of the process; gives its exit code. Results for people go to standard output, logs to error. Settings
 * come from `environment`, else from that of the process.
 */
export async function run({ telemetry, metrics }: Instruments, environment?: Environment): Promise<number> {
  // Whoever read our lines has gone; that is no reason to stop working.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  let settings: Settings;
  try {
    settings = readSettings(environment);
  } catch (error) {
    return refuse(error);
  }
  const log = createLog({ level: settings.logLevel, readable: process.stderr.isTTY });
  for (const warning of settings.warnings) log.warn(warning);
  telemetry.tell(log);
  telemetry.showLosses(metrics.metrics);
  if (metrics.complaint !== null) log.warn(metrics.complaint);
  const stop = new StopRequest(systemClock, log, blameAttempt);
  stop.listen(process);
  const exitCode = await live(settings, stop, { log, tracing: telemetry.tracing, metrics });
  // Last of all, so that what the drain had to say is sent, too.
  const sendMs = stop.wasHurried ? 0 : TELEMETRY_MS;
  await Promise.all([telemetry.shutdown(systemClock, sendMs), metrics.shutdown(sendMs)]);
  return exitCode;
}

/** Start, run until somebody asks to stop, end: the embedded PostgreSQL last, whatever happened before. */
async function live(settings: Settings, stop: StopRequest, voice: Voice): Promise<number> {
  const { log } = voice;
  const started: Started = { embedded: null, service: null };
  // Timers of the clock never keep the process alive, and during the end nothing else may be left to do so.
  const alive = setInterval(() => undefined, 60_000);
  let refused = 0;
  try {
    await start(settings, started, stop, voice);
    const { cause } = await stop.requested;
    log.info(`${cause}: draining.`);
  } catch (error) {
    // A start that was told to stop is no mistake of anybody's, whatever step it was torn from.
    if (!stop.isRequested) refused = refuse(error);
  }
  const orderly = await end(settings, started, stop, log);
  clearInterval(alive);
  return orderly ? Math.max(refused, stop.exitCode) : 1;
}

async function start(settings: Settings, started: Started, stop: StopRequest, voice: Voice): Promise<void> {
  const { log } = voice;
  const listening = await freePort(settings.port);
  const publicUrl = settings.publicUrl ?? `http://localhost:${listening.port}`;
  // A handlers file runs code of its own, which may never come to an end.
  const handlers = await Promise.race([chosenHandlers(settings), stop.requested.then(stoppedEarly)]);
  for (const warning of handlers.warnings) log.warn(warning);
  if (settings.databaseUrl === null) {
    say(`Starting the embedded PostgreSQL in ${settings.dataDir} …`);
    started.embedded = await startEmbedded(settings, log);
  }
  const database = databaseWay(settings, started.embedded);
  giveUpIf(stop);
  const applied = await prepareDatabase(database, settings, log);
  if (applied.length > 0) say(`Brought the database schema up to date (${applied.length} migrations).`);
  giveUpIf(stop);
  started.service = await startService({ settings, database, publicUrl, listening, handlers, ...voice });
  const lines = readyLines({
    role: settings.role,
    publicUrl,
    database: started.embedded ? `embedded PostgreSQL in ${settings.dataDir}` : shownDatabaseUrl(database.databaseUrl),
    concurrency: settings.concurrency,
    types: [...handlers.types.keys()].sort(),
    needsToken: settings.tokens !== null,
    keySuffix: randomBytes(3).toString('hex'),
  });
  for (const line of lines) say(line);
}

/** True when nothing was left behind. */
async function end(settings: Settings, { service, embedded }: Started, stop: StopRequest, log: Log): Promise<boolean> {
  let orderly = true;
  try {
    if (service) orderly = await drain(service, stop, settings.drainMs, { clock: systemClock, log });
  } catch (error) {
    orderly = false;
    log.error('The drain failed; leases will end by themselves.', { error });
  }
  try {
    await embedded?.stop();
  } catch (error) {
    orderly = false;
    log.error('The embedded PostgreSQL did not stop.', { error });
  }
  if (service ?? embedded) log.info('Stopped.');
  return orderly;
}

function stoppedEarly(): never {
  throw new StartupError('Stopped before it was ready.');
}

/** Asked to stop before it ran: whoever catches this knows why. */
function giveUpIf(stop: StopRequest): void {
  if (stop.isRequested) stoppedEarly();
}

/** One clear line for every mistake of the person who starts us, and a stack only for a mistake of ours. */
function refuse(error: unknown): number {
  const known = error instanceof SettingsError || error instanceof StartupError;
  const lines = error instanceof SettingsError ? error.lines : [reasonOf(error)];
  for (const line of lines) process.stderr.write(`holdfast: ${line}\n`);
  if (!known && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
