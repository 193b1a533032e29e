import type { Fault } from './fault.js';
import { killApi, killAtPoint, killPostgres, killSession, killWorker, loseAnswer } from './kills.js';
import { cutConnections, silence } from './network.js';
import { delayWrite, pauseWorker } from './pauses.js';
import { rollingRestart } from './restarts.js';

/** One kind of harm: how many of a hundred faults are of it, and whether it ends a process. */
export interface FaultKind {
  readonly run: Fault;
  readonly share: number;
  readonly kills: boolean;
}

export const FAULTS = {
  'SIGKILL of a worker': { run: killWorker, share: 28, kills: true },
  'SIGKILL of a worker at a statement': { run: killAtPoint('worker'), share: 22, kills: true },
  'SIGKILL of an API': { run: killApi, share: 10, kills: true },
  'SIGKILL of an API at a create': { run: killAtPoint('api'), share: 10, kills: true },
  'SIGKILL of a PostgreSQL session (crash recovery)': { run: killSession, share: 11, kills: true },
  'SIGKILL of PostgreSQL': { run: killPostgres, share: 3, kills: true },
  'SIGSTOP of a worker past its lease': { run: pauseWorker, share: 3, kills: false },
  'write of a worker delayed past its lease': { run: delayWrite, share: 3, kills: false },
  'answer of a commit lost': { run: loseAnswer, share: 5, kills: false },
  'connections cut': { run: cutConnections, share: 3, kills: false },
  'connections half-open': { run: silence, share: 1, kills: false },
  'rolling restart by SIGTERM': { run: rollingRestart, share: 1, kills: false },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** So many faults in a random order, each kind by its share and at least once. */
export function schedule(faults: number, random: () => number): FaultName[] {
  const planned = FAULT_NAMES.flatMap((name) =>
    Array.from({ length: Math.max(1, Math.round((faults * FAULTS[name].share) / 100)) }, () => ({
      name,
      at: random(),
    })),
  );
  return planned.toSorted((one, other) => one.at - other.at).map(({ name }) => name);
}
