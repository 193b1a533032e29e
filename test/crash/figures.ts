import { grouped } from './checker/grouped.js';
import type { Violation } from './checker/violation.js';
import type { Evidence } from './evidence/evidence.js';
import { type Action, type Exchange, isAccepted, isUnknown } from './evidence/exchange.js';
import { FAULT_NAMES, FAULTS, type FaultName } from './faults/faults.js';

/** How often a kind of fault was done, and what it caught in the middle. */
export interface FaultCount {
  done: number;
  hit: number;
  /** Times it lay in wait for what never came. */
  missed: number;
}

export type FaultCounts = Record<FaultName, FaultCount>;

export function noFaults(): FaultCounts {
  const none = FAULT_NAMES.map((name) => [name, { done: 0, hit: 0, missed: 0 }]);
  return Object.fromEntries(none) as FaultCounts;
}

/** What a run really did: a promise that was kept where nothing happened proves nothing. */
export interface Figures {
  readonly seed: number;
  readonly seconds: number;
  readonly faults: FaultCounts;
  /** Kinds of faults that could not be done where it ran, and why not. */
  readonly unchecked: Partial<Record<FaultName, string>>;
  readonly counters: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
}

/** Counts what must not be zero. The names are those of the report. */
export function countersOf(evidence: Evidence, damage: { readonly counts: FaultCounts; readonly overlapping: number }) {
  return { ...requestsIn(evidence), ...wishesIn(evidence), ...workIn(evidence), ...harmIn(evidence, damage) };
}

function requestsIn({ history, snapshot }: Evidence) {
  const creates = history.filter(({ action }) => action === 'create');
  const uncertain = new Set(creates.filter(isUnknown).map(({ tenant, key }) => `${tenant}/${key}`));
  return {
    operations: snapshot.operations.length + snapshot.tombstones.length,
    'creates acknowledged': creates.filter(isAccepted).length,
    requests: history.length,
    'requests of unknown effect': history.filter(isUnknown).length,
    'creates in doubt that had arrived': snapshot.keys.filter((row) => uncertain.has(`${row.tenant}/${row.key}`))
      .length,
    replays: creates.filter(({ answer }) => answer?.replayed).length,
    'reads of another tenant’s operation refused': history.filter(answeredWith('probe', 404)).length,
  };
}

function wishesIn({ history, snapshot, effects }: Evidence) {
  const given = effects.filter(({ word, step }) => word === 'given' && step?.startsWith('go '));
  const repeated = [...grouped(given, ({ uuid, step }) => `${uuid} ${step}`).values()].filter((of) => of.length > 1);
  return {
    'cancels acknowledged': history.filter(answeredWith('cancel', 202)).length,
    'operations canceled': snapshot.operations.filter(({ status }) => status === 'canceled').length,
    'cancels that came too late': history.filter(answeredWith('cancel', 200)).length,
    'signals acknowledged': history.filter(answeredWith('signal', 202)).length,
    'signals given out': new Set(given.map(({ uuid, token }) => `${uuid} ${token}`)).size,
    'signals given out again to a later attempt': repeated.length,
    'resumes acknowledged': history.filter(answeredWith('resume', 202)).length,
    'operations resumed': new Set(snapshot.resumes.map(({ uuid }) => uuid)).size,
    'operations called by others': snapshot.operations.filter(({ parent }) => parent !== null).length,
    'races decided': new Set(effects.flatMap(({ step, uuid }) => (step === 'first of' ? [uuid] : []))).size,
    'operations erased': snapshot.tombstones.length,
    'requests after an erasure refused': history.filter(
      ({ answer }) => answer?.status === 410 || answer?.outcome === 'idempotency_key_expired',
    ).length,
  };
}

function workIn({ effects, snapshot }: Evidence) {
  const begun = grouped(effects, ({ word, uuid, step }) => (word === 'started' ? `${uuid} ${step}` : null));
  const executions = [...begun.values()].map((times) => times.length);
  return {
    'step executions': executions.reduce((sum, times) => sum + times, 0),
    'steps executed again, never acknowledged before': executions.filter((times) => times > 1).length,
    'transactions booked': snapshot.booked.length,
    'operations failed as they should': snapshot.operations.filter(({ status }) => status === 'failed').length,
    'operations retried after a failure': snapshot.attempts.filter(({ outcome }) => outcome === 'retry').length,
    'leases lost': snapshot.attempts.filter(({ outcome }) => outcome === 'lose').length,
    'operations run by several workers': snapshot.operations.filter(({ lost }) => lost > 0).length,
    'operations that killed their worker and ended': snapshot.operations.filter(
      ({ error }) => error?.code === 'worker_lost',
    ).length,
  };
}

function harmIn(
  { staleWrites, drains }: Evidence,
  { counts, overlapping }: { readonly counts: FaultCounts; readonly overlapping: number },
) {
  const kills = FAULT_NAMES.filter((name) => FAULTS[name].kills);
  return {
    'processes killed': kills.reduce((sum, name) => sum + counts[name].done, 0),
    'faults while another one was under way': overlapping,
    'stale writes attempted': staleWrites.length,
    'stale writes refused': staleWrites.filter(({ rows }) => rows === 0).length,
    'processes drained': drains.length,
  };
}

function answeredWith(action: Action, status: number) {
  return (exchange: Exchange) => exchange.action === action && exchange.answer?.status === status;
}

/** Names of the counters and faults that are zero: such a run is void. */
export function vacuous({ counters, faults, unchecked }: Figures): string[] {
  return [
    ...Object.entries(counters)
      .filter(([, n]) => n === 0)
      .map(([name]) => name),
    ...FAULT_NAMES.filter((name) => !(name in unchecked) && (faults[name].done === 0 || faults[name].hit === 0)),
  ];
}
