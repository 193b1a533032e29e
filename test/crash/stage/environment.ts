import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PARTS } from '../evidence/evidence.js';
import { TOKENS } from './tenants.js';

/** What is no TypeScript lies where it was written. */
const SOURCES = join(import.meta.dirname, '..', '..', '..', 'crash');
const DAY_MS = 86_400_000;

export const HANDLERS = join(SOURCES, 'handlers.mjs');

/** How long a process stands still that is told to: longer than a lease of these tests. */
export const BLOCKED_MS = 2_500;

/**
 * The environment of the process in that place. The second of each role lives a day ahead, the third a day behind: none
 * of it may be stored.
 */
export function environmentOf(folder: string, leaseMs: number, place: number): Record<string, string> {
  const shiftMs = [0, DAY_MS, -DAY_MS][place % 3] ?? 0;
  return {
    LEDGER: join(folder, PARTS.ledger),
    // Hundreds of starts of the same program: its code is compiled once.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    NODE_OPTIONS: ['compile-cache.mjs', 'blockable.mjs', ...(shiftMs === 0 ? [] : ['shifted-clock.mjs'])]
      .map((name) => `--import ${pathToFileURL(join(SOURCES, name)).href}`)
      .join(' '),
    CLOCK_SHIFT_MS: String(shiftMs),
    BLOCKED_MS: String(BLOCKED_MS),
    HOLDFAST_TOKENS: Object.entries(TOKENS)
      .map(([tenant, token]) => `${token}:${tenant}`)
      .join(','),
    HOLDFAST_LEASE_MS: String(leaseMs),
    HOLDFAST_SWEEP_INTERVAL_MS: '100',
    HOLDFAST_CONCURRENCY: '20',
    HOLDFAST_POOL_MAX: '5',
    HOLDFAST_LOG_LEVEL: 'error',
  };
}
