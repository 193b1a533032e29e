import {
  type Circumstances,
  type EndedAttempt,
  EXPLAIN_LIMITS,
  isTerminal,
  type LaneTraffic,
  type Operation,
  type OpenStep,
  type OperationError,
  type PastRequest,
  type Status,
} from '@holdfast/kernel';
import { explain, type Surroundings } from './explain.js';

/* Rows as a test tells them. Everything happens in seconds around `NOW`, the moment of the explanation. */

export const NOW = Date.UTC(2030, 0, 1, 12);
/** So many seconds from now. */
export const date = (seconds: number) => new Date(NOW + seconds * 1_000);
/** The same in the microseconds of past rows. */
export const micros = (seconds: number) => (NOW + seconds * 1_000) * 1_000;

export const ERROR: OperationError = { code: 'upstream', message: 'It was away.', retryable: true, effect: 'none' };

export function operation(status: Status, changes: Partial<Operation> = {}): Operation {
  return {
    uuid: '01942000-0000-7000-8000-000000000007',
    shard: 7,
    id: 'opn_1',
    tenant: 'acme',
    type: 'invoice.charge',
    status,
    version: 1,
    attempt: status === 'pending' ? 0 : 1,
    maxAttempts: 3,
    lastError: null,
    waiting: null,
    progress: null,
    result: null,
    error: status === 'failed' || status === 'canceled' ? ERROR : null,
    idempotencyKey: 'key',
    replayWindowMs: 1,
    priority: 0,
    labels: {},
    traceId: null,
    traceParent: null,
    runAt: date(-60),
    deadline: null,
    createdAt: date(-60),
    startedAt: status === 'pending' ? null : date(-50),
    updatedAt: date(-50),
    finishedAt: isTerminal(status) ? date(-5) : null,
    cancelRequestedAt: null,
    ...changes,
  };
}

export interface Told extends Partial<Omit<Circumstances, 'operation'>> {
  readonly operation?: Partial<Operation>;
}

export function circumstances(status: Status, { operation: changes = {}, ...told }: Told = {}): Circumstances {
  const row = operation(status, changes);
  return {
    operation: row,
    asOf: date(0),
    place: {
      type: row.type,
      lane: row.type,
      rank: -row.priority,
      runAt: row.runAt.getTime() * 1_000,
      shard: row.shard,
      uuid: row.uuid,
    },
    isDue: row.runAt <= date(0),
    typeVersion: null,
    fence: status === 'pending' ? 0 : 1,
    lost: 0,
    maxLost: 5,
    compensates: false,
    isUndoing: false,
    isChild: false,
    claimedAt: status === 'pending' ? null : date(-50),
    lease: status === 'running' ? { workerId: 'w-1', worker: WORKER, isOver: false } : null,
    openSteps: [],
    latestStep: null,
    attempts: [],
    resumes: [],
    requests: { createdIsWritten: false, written: 0, rows: [] },
    ...told,
  };
}

export const WORKER = { name: 'host/1', renewedAt: date(-2), leaseUntil: date(8) };

export const QUIET: LaneTraffic = { ahead: 0, live: 1, knowType: 1, knowLane: 1, slots: 4, held: 0, lanes: [] };

export function openStep(kind: OpenStep['kind'], name: string, changes: Partial<OpenStep> = {}): OpenStep {
  return {
    kind,
    name,
    ordinal: 0,
    fence: 1,
    startedAt: micros(-20),
    finishedAt: null,
    dueAt: null,
    error: null,
    childUuid: null,
    ...changes,
  };
}

export function ended(number: number, outcome: string, changes: Partial<EndedAttempt> = {}): EndedAttempt {
  return {
    number,
    fence: number,
    outcome,
    error: ERROR,
    startedAt: micros(-50 + 10 * number),
    endedAt: micros(-45 + 10 * number),
    workerId: null,
    workerName: null,
    ...changes,
  };
}

export function request(
  outcome: PastRequest['outcome'],
  seconds: number,
  told: Partial<PastRequest> = {},
): PastRequest {
  return {
    at: micros(seconds),
    outcome,
    attempt: null,
    max: null,
    reason: null,
    traceId: null,
    traceParent: null,
    ...told,
  };
}

export function explained(status: Status, told: Told = {}, around: Partial<Surroundings> = {}) {
  return explain(circumstances(status, told), {
    traffic: null,
    aheadMax: EXPLAIN_LIMITS.ahead,
    children: new Map(),
    request: null,
    ...around,
  });
}
