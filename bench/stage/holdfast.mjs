import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './child.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'apps', 'holdfast', 'dist', 'main.js');
const HANDLERS = join(import.meta.dirname, '..', 'handlers', 'handlers.mjs');
const READY = /Health +http:\/\/localhost:(\d+)[^]*Ctrl-C/;

/** What the service is told beside its defaults; settings in the environment of the bench win. */
const SETTINGS = { HOLDFAST_CONCURRENCY: '500', HOLDFAST_LOG_LEVEL: 'warn' };

/** All settings of the measured service that are not its defaults. */
export function serviceSettings() {
  const given = Object.entries(process.env).filter(([name]) => /^(HOLDFAST|OTEL)_/.test(name));
  return { ...SETTINGS, ...Object.fromEntries(given) };
}

/**
 * Starts the service as a real process on this database.
 *
 * @param {{ databaseUrl: string, role?: 'all' | 'api' | 'worker', profile?: boolean, settings?: Record<string, string> }} how
 * @returns {Promise<{ port: number, child: Child }>}
 */
export async function startHoldfast({ databaseUrl, role = 'all', profile = false, settings = {} }) {
  const child = new Child(MAIN, {
    flags: profile ? profiling() : [],
    env: {
      ...serviceSettings(),
      ...settings,
      DATABASE_URL: databaseUrl,
      HOLDFAST_ROLE: role,
      HOLDFAST_HANDLERS: HANDLERS,
      PORT: '0',
    },
  });
  const [, port] = await child.ready(READY);
  return { port: Number(port), child };
}

function profiling() {
  const folder = join(ROOT, '.holdfast', 'bench-profiles');
  mkdirSync(folder, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
