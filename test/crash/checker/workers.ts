import { uuidBehind } from '@holdfast/testkit';
import type { Evidence } from '../evidence/evidence.js';
import type { StepRow } from '../evidence/rows.js';
import { grouped } from './grouped.js';
import type { Violation } from './violation.js';

/** What workers may do: I4, I5 and I10. */
export function checkWorkers(evidence: Evidence): Violation[] {
  return [
    ...staleWrites(evidence),
    ...foreignOutcomes(evidence),
    ...steps(evidence),
    ...transactions(evidence),
    ...drains(evidence),
  ];
}

function staleWrites({ staleWrites: writes }: Evidence): Violation[] {
  return writes
    .map(({ statement, rows }, n) => ({ rows, what: `stale write ${n}, a ${statement}, was taken for ${rows} rows` }))
    .filter(({ rows }) => (rows ?? 0) > 0)
    .map(({ what }) => ({ promise: 'I4', what }));
}

/** An outcome says which attempt it is from; the row says which one was the last. */
function foreignOutcomes({ snapshot }: Evidence): Violation[] {
  const outcomes = snapshot.operations
    .filter(({ result }) => result !== null && 'attempt' in result)
    .map((row) => ({ uuid: row.uuid, of: row.attempt, from: Number(row.result?.['attempt']) }));
  const failures = snapshot.attempts.flatMap(({ uuid, number, error }) => {
    const from = /^attempt=(\d+)$/.exec(error?.message ?? '')?.[1];
    return from === undefined ? [] : [{ uuid, of: number, from: Number(from) }];
  });
  return [...outcomes, ...failures]
    .filter(({ of, from }) => of !== from)
    .map(({ uuid, of, from }) => ({
      promise: 'I4',
      what: `${uuid}: attempt ${of} ended with what attempt ${from} did`,
    }));
}

const place = (uuid: string, name: string) => `${uuid} ${name}`;

/**
 * What a handler was told of a step is told to every later one, is what is stored, and ends all executions; but for those
 * of an attempt that came before: a worker that stood still may act once more, which nobody can prevent, and commits nothing.
 */
function steps({ effects, snapshot }: Evidence): Violation[] {
  const stored = new Map(snapshot.steps.map((step) => [place(step.uuid, step.name), step]));
  const present = new Set(snapshot.operations.map(({ uuid }) => uuid));
  const acknowledged = new Map<string, { token: string; attempt: number }>();
  const violations: Violation[] = [];
  const broken = (what: string) => violations.push({ promise: 'I5', what });
  for (const { word, uuid, attempt, step, token } of effects) {
    if (step === null || token === null) continue;
    const at = place(uuid, step);
    const known = acknowledged.get(at);
    if (word === 'started' && known !== undefined && attempt >= known.attempt) {
      broken(`${at} was executed by attempt ${attempt} after attempt ${known.attempt} was told that it is done`);
    }
    if (word !== 'acknowledged') continue;
    if (known !== undefined && known.token !== token) broken(`${at} was acknowledged twice, differently`);
    if (known === undefined) acknowledged.set(at, { token, attempt });
    const row = stored.get(at);
    if (present.has(uuid) && !holds(row, token)) {
      broken(`${at} was acknowledged as ${token}, stored is ${String(row?.output)}`);
    }
  }
  return violations;
}

function holds(row: StepRow | undefined, token: string): boolean {
  return row !== undefined && row.finished && row.output === token;
}

/** What a transaction wrote and its checkpoint are there together, once; where the operation is erased, only the former. */
function transactions({ snapshot }: Evidence): Violation[] {
  const erased = new Set(snapshot.tombstones.map(({ uuid }) => uuid));
  const written = snapshot.booked.map(({ operation, step, token }) => ({ uuid: uuidBehind(operation), step, token }));
  const recorded = snapshot.steps.filter(({ kind, finished }) => kind === 'transaction' && finished);
  const tokens = new Map(recorded.map(({ uuid, name, output }) => [place(uuid, name), output]));
  const booked = grouped(written, ({ uuid, step }) => place(uuid, step));
  return [
    ...[...booked].flatMap(([at, [first, ...more]]) => {
      const right = first !== undefined && (erased.has(first.uuid) || tokens.get(at) === first.token);
      return right && more.length === 0 ? [] : [at];
    }),
    ...[...tokens.keys()].filter((at) => !booked.has(at)),
  ].map((at) => ({ promise: 'I5', what: `the transaction ${at} did not take effect exactly once` }));
}

/** A process that drains ends by itself, in order; that nothing is lost with it, the other promises say. */
function drains({ drains: all }: Evidence): Violation[] {
  return all
    .filter(({ exit }) => exit !== 0)
    .map(({ role, exit }) => ({ promise: 'I10', what: `the ${role} ended with ${exit}` }));
}
