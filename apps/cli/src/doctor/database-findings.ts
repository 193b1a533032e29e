import type { OperationTypeInfo } from '@holdfast/client';
import type { Drift, RetentionWindows, WorkReport } from '@holdfast/store';
import { reasonOf } from '../outcome/database-trouble.js';
import { duration } from '../view/duration.js';
import { clockFinding } from './clock-finding.js';
import { type Finding, ok, problem, warning } from './finding.js';
import { retentionFindings } from './retention-findings.js';

/** Later than this is not «a moment», in ms. */
const OVERDUE_MS = 60_000;
/** As many differences as somebody reads. */
const SHOWN = 5;

/** What the service was told about the way to its database. */
export interface DatabaseWay {
  readonly url: string;
  /** Does a pooler in transaction mode stand in between? */
  readonly pooled: boolean;
  /** Does it know the way around the pooler? */
  readonly listens: boolean;
}

/** Looks at a database: server, settings, sessions, migrations, drift, workers, what is overdue, and what is kept. */
export async function lookAtDatabase(
  { url, pooled, listens }: DatabaseWay,
  types: readonly OperationTypeInfo[] | null,
  windows: RetentionWindows,
): Promise<Finding[]> {
  const store = await import('@holdfast/store');
  const { host, pathname } = new URL(url);
  const look = async () => [...(await store.checkServer(url)), ...(await store.checkSessions(url, pooled))];
  const server = await look().catch(reasonOf);
  if (typeof server === 'string') {
    const remedy = 'Is it running, and are user, password and host right?';
    return [problem('database', `The database at ${host}${pathname} cannot be used: ${server}.`, remedy)];
  }
  const settings =
    server.length === 0
      ? [ok('database', `PostgreSQL at ${host}${pathname} can be used, and its settings are safe.`)]
      : server.map(({ message }) => problem('database', message, 'See docs/reference/settings.md.'));
  if (!listens) settings.push(deaf);
  const pending = await store.pendingMigrations(url).catch(reasonOf);
  if (typeof pending === 'string') {
    const remedy = 'Let the user read the schema holdfast, or give another one.';
    return [...settings, problem('migrations', `Nobody can tell which migrations were run: ${pending}.`, remedy)];
  }
  if (pending.length > 0) {
    const names = pending.map(({ name }) => name).join(', ');
    const remedy = 'Run `holdfast migrate`, or start the service, which does it.';
    return [...settings, problem('migrations', `The schema lacks ${names}.`, remedy)];
  }
  const drift = await store.schemaDrift(url).then(driftFindings, driftUnknown);
  return [
    ...settings,
    ok('migrations', 'The schema is that of this release.'),
    ...drift,
    ...(await store.keysAreClosed(url).then(closedFindings, workUnknown)),
    ...(await store.lookAtWork(url).then((work) => atWork(work, types), workUnknown)),
    ...(await store.lookAtRetention(url, windows).then(retentionFindings, retentionUnknown)),
  ];
}

/** After a restore, until somebody has decided. */
function closedFindings(closed: boolean): Finding[] {
  if (!closed) return [];
  const remedy = 'When no request of the lost time can come again, run `holdfast restored --reopen`.';
  return [warning('keys', 'New keys are refused, because the database was restored.', remedy)];
}

const deaf = warning(
  'database',
  'Through the pooler no notification arrives: work that another process takes in is found by polling, up to a second later.',
  'Set DATABASE_DIRECT_URL to PostgreSQL itself, or live with it: nothing is lost.',
);

function atWork(work: WorkReport, types: readonly OperationTypeInfo[] | null): Finding[] {
  const nowMs = performance.timeOrigin + performance.now();
  return [clockFinding('the database', work.nowMs - nowMs), ...workFindings(work, types)];
}

/** Where the schema is broken, what the other findings tell is the reason. */
function workUnknown(error: unknown): Finding[] {
  const remedy = 'Put right what is wrong with the schema, and let the user read it.';
  return [problem('overdue', `Nobody can tell what is due and who works: ${reasonOf(error)}.`, remedy)];
}

function retentionUnknown(error: unknown): Finding[] {
  const remedy = 'Put right what is wrong with the schema, and let the user read it.';
  return [problem('retention', `Nobody can tell what is kept and what would be purged: ${reasonOf(error)}.`, remedy)];
}

function driftFindings(drifts: readonly Drift[]): Finding[] {
  const findings = drifts.slice(0, SHOWN).map(({ kind, object, expected, found }) => {
    if (kind === 'foreign') return warning('drift', `Somebody added the ${object}.`, 'Drop it if nobody needs it.');
    const text = kind === 'missing' ? `The ${object} is missing.` : `The ${object} is «${found}».`;
    return problem('drift', text, `It should be «${expected}»: put it back before you do anything else.`);
  });
  if (drifts.length > SHOWN) {
    findings.push(
      warning('drift', `${drifts.length - SHOWN} more differ.`, 'Put the first ones right and look again.'),
    );
  }
  return findings.length > 0
    ? findings
    : [ok('drift', 'Tables, indexes and constraints are what the migrations make.')];
}

function driftUnknown(error: unknown): Finding[] {
  const remedy = 'To compare, the user needs the right to create a schema, which is taken back at once.';
  return [warning('drift', `The schema could not be compared: ${reasonOf(error)}.`, remedy)];
}

function workFindings({ lanes, workers }: WorkReport, types: readonly OperationTypeInfo[] | null): Finding[] {
  const living = workers.filter(({ holds }) => holds);
  const served = new Set(living.flatMap((worker) => worker.types));
  const unserved = (types ?? []).map(({ name }) => name).filter((name) => !served.has(name));
  const remedy = 'Start a worker that has these handlers.';
  return [
    living.length > 0
      ? ok('workers', `${living.length} living: ${living.map(({ name }) => name).join(', ')}.`)
      : problem(
          'workers',
          'There is no living worker: nothing will be done.',
          'Start the service with HOLDFAST_ROLE=worker or all.',
        ),
    ...(living.length > 0 && unserved.length > 0
      ? [warning('workers', `No living worker runs ${unserved.join(', ')}.`, remedy)]
      : []),
    ...overdue(lanes),
  ];
}

function overdue(lanes: WorkReport['lanes']): Finding[] {
  const late = lanes.filter(({ overdueMs }) => overdueMs > OVERDUE_MS);
  if (late.length === 0) return [ok('overdue', 'Nothing has been due for more than a minute.')];
  return late.map(({ lane, due, overdueMs, served }) => {
    const text = `${due} of ${lane} are due, the oldest for ${duration(overdueMs)}.`;
    return served
      ? warning('overdue', text, 'The workers do not keep up: raise HOLDFAST_CONCURRENCY or add workers.')
      : problem('overdue', text, `No living worker runs ${lane}: start one that has its handler.`);
  });
}
