import type { Fault, Scene } from './fault.js';
import { killApi, killAtPoint, killPostgres, killSession, killWorker, loseAnswer } from './kills.js';
import { cutConnections, silence, slowConnections, swizzle } from './network.js';
import { fillDisk, lockTables, takeConnections } from './outages.js';
import { blockLoop, delayWrite, pauseApi, pauseWorker } from './pauses.js';
import { rollingRestart } from './restarts.js';

/** One kind of harm: how many of a hundred faults are of it, and whether it ends a process. */
export interface FaultKind {
  readonly run: Fault;
  readonly share: number;
  readonly kills: boolean;
  /** Why it cannot be done here; null when it can. */
  readonly obstacle?: (scene: Pick<Scene, 'fleet'>) => string | null;
}

export const FAULTS = {
  'SIGKILL of a worker': { run: killWorker, share: 28, kills: true },
  'SIGKILL of a worker at a statement': { run: killAtPoint('worker'), share: 22, kills: true },
  'SIGKILL of an API': { run: killApi, share: 9, kills: true },
  'SIGKILL of an API at a create': { run: killAtPoint('api'), share: 9, kills: true },
  'SIGKILL of a PostgreSQL session (crash recovery)': { run: killSession, share: 9, kills: true },
  'SIGKILL of PostgreSQL': { run: killPostgres, share: 3, kills: true },
  'SIGSTOP of a worker past its lease': { run: pauseWorker, share: 2, kills: false },
  'write of a worker delayed past its lease': { run: delayWrite, share: 3, kills: false },
  'SIGSTOP of an API past its clients’ time-outs': { run: pauseApi, share: 1, kills: false },
  'event loop blocked past a lease': { run: blockLoop, share: 1, kills: false },
  'answer of a commit lost': { run: loseAnswer, share: 5, kills: false },
  'connections cut': { run: cutConnections, share: 2, kills: false },
  'connections half-open': { run: silence, share: 1, kills: false },
  'connections slow': { run: slowConnections, share: 1, kills: false },
  'connections clogged one by one (swizzle)': { run: swizzle, share: 1, kills: false },
  'tables locked, pools exhausted': { run: lockTables, share: 1, kills: false },
  'no connection left': { run: takeConnections, share: 1, kills: false },
  'disk full': { run: fillDisk, share: 1, kills: false, obstacle: noDisk },
  'rolling restart by SIGTERM': { run: rollingRestart, share: 1, kills: false },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** A fault to come. The seed decides whom it strikes, and at what. */
export interface Planned {
  readonly name: FaultName;
  readonly seed: number;
}

/** So many faults in a random order, each kind by its share and at least once. One seed always gives the same. */
export function schedule(faults: number, random: () => number): Planned[] {
  const planned = FAULT_NAMES.flatMap((name) =>
    Array.from({ length: Math.max(1, Math.round((faults * FAULTS[name].share) / 100)) }, () => ({
      name,
      at: random(),
      seed: Math.floor(random() * 2 ** 31),
    })),
  );
  return planned.toSorted((one, other) => one.at - other.at).map(({ name, seed }) => ({ name, seed }));
}

/** The kinds that cannot be done here, and why not. */
export function obstacles(scene: Pick<Scene, 'fleet'>): Partial<Record<FaultName, string>> {
  const found: Partial<Record<FaultName, string>> = {};
  for (const name of FAULT_NAMES) {
    const kind: FaultKind = FAULTS[name];
    const obstacle = kind.obstacle?.(scene) ?? null;
    if (obstacle !== null) found[name] = obstacle;
  }
  return found;
}

function noDisk({ fleet }: Pick<Scene, 'fleet'>): string | null {
  return fleet.postgres.disk === null ? 'no disk may be mounted here (root may, outside of most containers)' : null;
}
