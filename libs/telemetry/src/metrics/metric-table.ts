import { ATTRIBUTES } from '../names/attributes.js';
import { BATCH_SIZES, LONG_SECONDS, REQUEST_SECONDS, STATEMENT_SECONDS } from './buckets.js';

/** One metric: its name and unit by the semantic conventions of OpenTelemetry, and what its attributes tell apart. */
export interface MetricSpec {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** UCUM: `s`, `By`, `1` for a share, `{thing}` for things that are counted. */
  readonly unit: string;
  readonly meaning: string;
  /** Names of its attributes, in the order in which their values are given. */
  readonly attributes: readonly string[];
  /** Upper bounds of a histogram's buckets, ascending. */
  readonly buckets?: readonly number[];
}

const TYPE = ATTRIBUTES.operationType;
const STATUS = ATTRIBUTES.operationStatus;
const OUTCOME = ATTRIBUTES.attemptOutcome;
/** `error.type` of the conventions: absent where nothing went wrong. */
const ERROR = 'error.type';
const STATEMENT = 'db.query.summary';

/**
 * Every metric of Holdfast: code, reference and alert rules take their names from here. No attribute ever holds an id, a
 * key, a tenant or anything else a client could make up without end.
 */
export const METRICS = {
  httpDuration: histogram('http.server.request.duration', 's', 'time to answer an HTTP request', REQUEST_SECONDS, [
    'http.request.method',
    'http.route',
    'http.response.status_code',
  ]),
  problems: counter('holdfast.problems', '{problem}', 'HTTP requests refused, by the code of the problem', [ERROR]),
  requests: counter('holdfast.requests', '{request}', 'requests to create an operation, by what became of their key', [
    TYPE,
    ATTRIBUTES.idempotencyOutcome,
  ]),
  replays: counter(
    'holdfast.replays',
    '{request}',
    'requests answered by replay, by what the client says of its retry',
    [ATTRIBUTES.clientReason, ATTRIBUTES.clientAttempt],
  ),
  routeRequests: counter(
    'holdfast.route.requests',
    '{request}',
    'requests to `@Idempotent` routes, by what became of their key; `created` is one that runs',
    [ATTRIBUTES.idempotencyOutcome],
  ),
  requestsUnlogged: counter(
    'holdfast.requests.unlogged',
    '{request}',
    'requests missing in the story of their operation',
    [],
  ),
  spansLost: counter('holdfast.spans.lost', '{span}', 'spans that never reached the collector, by why', [ERROR]),
  waiting: histogram('holdfast.operation.waiting.duration', 's', 'from being due to being claimed', LONG_SECONDS, [
    TYPE,
  ]),
  operations: histogram(
    'holdfast.operation.duration',
    's',
    'from creation to the end, of operations that ended with an attempt',
    LONG_SECONDS,
    [TYPE, STATUS],
  ),
  endedAlone: counter(
    'holdfast.operations.ended_without_worker',
    '{operation}',
    'operations that ended where no attempt could say so: canceled while pending, past their deadline, lease lost too often',
    [TYPE, STATUS],
  ),
  attempts: histogram('holdfast.attempt.duration', 's', 'time an attempt ran, by how it ended and why', LONG_SECONDS, [
    TYPE,
    OUTCOME,
    ERROR,
  ]),
  steps: histogram('holdfast.step.duration', 's', 'time a step ran; remembered steps do not run', LONG_SECONDS, [
    TYPE,
    ATTRIBUTES.stepKind,
    ERROR,
  ]),
  leasesLost: counter(
    'holdfast.leases.lost',
    '{operation}',
    'operations whose worker lost its lease, by the status it left them in',
    [TYPE, STATUS],
  ),
  // Read before the database is asked for the metrics that follow, which takes connections itself.
  connections: gauge('db.client.connection.count', '{connection}', 'database connections of the pool', [
    'db.client.connection.pool.name',
    'db.client.connection.state',
  ]),
  connectionsMax: gauge('db.client.connection.max', '{connection}', 'database connections the pool may have', [
    'db.client.connection.pool.name',
  ]),
  connectionsWanted: gauge(
    'db.client.connection.pending_requests',
    '{request}',
    'who waits for a connection of the pool',
    ['db.client.connection.pool.name'],
  ),
  due: gauge(
    'holdfast.queue.due',
    '{operation}',
    'operations due and not claimed: at least this many, because counting ends at 10,000',
    [TYPE],
  ),
  dueAge: gauge('holdfast.queue.oldest_due.age', 's', 'how long the oldest operation has been due', [TYPE]),
  keys: gauge('holdfast.keys', '{key}', 'idempotency keys, estimated from table statistics and a sample', [
    'holdfast.key.state',
  ]),
  purgeable: gauge(
    'holdfast.retention.purgeable',
    '{operation}',
    'operations past their replay window among the 2,560 oldest: what the next walk meets first',
    [],
  ),
  forgettable: gauge(
    'holdfast.retention.forgettable',
    '{key}',
    'tombstones that have lived long enough: at least this many, because counting ends at 10,000',
    [],
  ),
  archiveMonths: gauge('holdfast.archive.months', '{month}', 'months that the archive is divided into', []),
  archiveOperations: gauge(
    'holdfast.archive.operations',
    '{operation}',
    'operations in the archive, estimated from table statistics',
    [],
  ),
  archiveSize: gauge('holdfast.archive.size', 'By', 'what the archive takes on disk, with its indexes', []),
  purged: counter(
    'holdfast.retention.purged',
    '{operation}',
    'operations purged by this process because their replay window was over',
    [],
  ),
  archived: counter(
    'holdfast.retention.archived',
    '{operation}',
    'operations that this process has put into the archive while it purged them',
    [],
  ),
  forgotten: counter(
    'holdfast.retention.forgotten',
    '{key}',
    'tombstones of purged operations forgotten by this process: their keys can be used again',
    [],
  ),
  workers: gauge('holdfast.workers', '{worker}', 'workers of all processes whose lease holds', []),
  databaseUp: gauge('holdfast.database.up', '1', '1 when the database answers this process, 0 when it does not', []),
  slots: gauge('holdfast.worker.slots', '{slot}', 'slots of this worker; abandoned handlers come on top', [
    'holdfast.slot.state',
  ]),
  heartbeat: gauge('holdfast.worker.heartbeat.age', 's', 'since the last heartbeat of this worker was answered', []),
  batches: histogram(
    'holdfast.batch.size',
    '{item}',
    'items that one statement of a group commit carried',
    BATCH_SIZES,
    [STATEMENT],
  ),
  statements: histogram(
    'db.client.operation.duration',
    's',
    'time a statement took, by its file name',
    STATEMENT_SECONDS,
    ['db.system.name', STATEMENT, ERROR],
  ),
  loopDelay50: gauge('nodejs.eventloop.delay.p50', 's', 'median delay of the event loop since the last look', []),
  loopDelay99: gauge('nodejs.eventloop.delay.p99', 's', '99th percentile of the same', []),
  loopDelayMax: gauge('nodejs.eventloop.delay.max', 's', 'longest of the same', []),
  loopUse: gauge(
    'nodejs.eventloop.utilization',
    '1',
    'share of the time the event loop was busy since the last look',
    [],
  ),
  heapUsed: gauge('v8js.memory.heap.used', 'By', 'heap in use', []),
  heapLimit: gauge('v8js.memory.heap.limit', 'By', 'heap that may be used', []),
  memory: gauge('process.memory.usage', 'By', 'resident memory of the process', []),
  cpu: counter('process.cpu.time', 's', 'processor time of the process', ['cpu.mode']),
} as const satisfies Readonly<Record<string, MetricSpec>>;

export type MetricKey = keyof typeof METRICS;
type KeyOf<Kind extends MetricSpec['kind']> = {
  [Key in MetricKey]: (typeof METRICS)[Key]['kind'] extends Kind ? Key : never;
}[MetricKey];
export type CounterKey = KeyOf<'counter'>;
export type GaugeKey = KeyOf<'gauge'>;
export type HistogramKey = KeyOf<'histogram'>;

type Spec<Kind> = MetricSpec & { readonly kind: Kind };

function counter(name: string, unit: string, meaning: string, attributes: readonly string[]): Spec<'counter'> {
  return { name, kind: 'counter', unit, meaning, attributes };
}

function gauge(name: string, unit: string, meaning: string, attributes: readonly string[]): Spec<'gauge'> {
  return { name, kind: 'gauge', unit, meaning, attributes };
}

function histogram(
  name: string,
  unit: string,
  meaning: string,
  buckets: readonly number[],
  attributes: readonly string[],
): Spec<'histogram'> {
  return { name, kind: 'histogram', unit, meaning, attributes, buckets };
}
