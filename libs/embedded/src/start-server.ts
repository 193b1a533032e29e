import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import type { DataFolder } from './data-folder.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { freePort } from './free-port.js';
import type { Launcher } from './launcher.js';
import { endStrandedSessions } from './orphan.js';
import { launchPostmaster, type Postmaster } from './postmaster.js';
import { settingArguments } from './settings.js';

const PORT_ATTEMPTS = 10;
const STRANDED_END_MS = 15_000;

export interface ServerPlan {
  readonly folder: DataFolder;
  readonly binaries: Binaries;
  readonly launcher: Launcher;
  /** 0 for any that is free. */
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

/**
 * Starts the server of a complete cluster, again where the first attempt met something that passes.
 *
 * @throws EmbeddedPostgresError with PostgreSQL's own reason.
 */
export async function startServer(plan: ServerPlan): Promise<Postmaster & { readonly port: number }> {
  const strandedEnd = Date.now() + STRANDED_END_MS;
  for (let attempt = 1; ; attempt++) {
    const port = plan.port || (await freePort());
    const args = ['-D', plan.folder.cluster, ...settingArguments({ ...plan.settings, port: String(port) })];
    const command = plan.launcher.command(plan.binaries.postgres, args, plan.folder.root);
    const started = await launchPostmaster(command, plan.folder.cluster, plan.folder.log, plan.log);
    if ('pid' in started) {
      return { ...started, port };
    }
    const portTaken = started.output.includes('could not create listen socket');
    const stranded = started.output.includes('pre-existing shared memory block') && Date.now() < strandedEnd;
    if (portTaken && plan.port !== 0) {
      throw new EmbeddedPostgresError(`Port ${port} of 127.0.0.1 is taken: free it, or let PostgreSQL choose a port.`);
    }
    if (!stranded && !(portTaken && attempt < PORT_ATTEMPTS)) {
      throw new EmbeddedPostgresError(`PostgreSQL did not start (${reason(started.output)}): see ${plan.folder.log}`);
    }
    if (stranded) {
      await endStrandedSessions(plan.folder.cluster);
      await delay(50);
    }
  }
}

function reason(output: string): string {
  const fatal = output.match(/(?<=(?:FATAL|PANIC): {2}).*/g)?.at(-1);
  return fatal ?? output.trim().split('\n').at(-1) ?? 'it wrote nothing';
}
