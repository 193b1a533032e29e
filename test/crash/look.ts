import { join } from 'node:path';
import { check } from './checker/check.js';
import { PARTS, readEvidence } from './evidence/evidence.js';
import { readJournal } from './evidence/journal.js';
import { uuidBehind } from '@holdfast/testkit';

/** A line of any journal, with the time at which it was written. */
interface Line {
  readonly at: number;
  readonly [member: string]: unknown;
}

/** Judges a folder of evidence once more: each broken promise in a line, and how to see more of it. */
export function verdict(folder: string): string {
  const violations = check(readEvidence(folder));
  return [
    `${violations.length} violations in ${folder}`,
    ...violations.map(({ promise, what }) => `- ${promise}: ${what}`),
    'The story of one operation: npm run test:crash -- --look FOLDER UUID',
    'Its database: server/postgres in the folder; what processes printed: *.log; PostgreSQL: server/postgres.log',
  ].join('\n');
}

/**
 * The story of one operation: requests, answers, what handlers did and the faults meanwhile in the order of time, then
 * its rows. Lines begin with the seconds since the first of them.
 */
export function story(folder: string, uuid: string): string {
  const { snapshot, history } = readEvidence(folder);
  const key = snapshot.keys.find((each) => each.uuid === uuid);
  const numbers = new Set(
    history
      .filter(
        (each) =>
          each.uuid === uuid || each.answer?.uuid === uuid || (each.key === key?.key && each.tenant === key.tenant),
      )
      .map(({ n }) => n),
  );
  const requests = readJournal<Line>(join(folder, PARTS.history)).filter((line) => {
    const { n } = (line['sent'] ?? line['answered']) as { n: number };
    return numbers.has(n);
  });
  const effects = readJournal<Line>(join(folder, PARTS.ledger)).filter(
    ({ operation }) => uuidBehind(String(operation)) === uuid,
  );
  const times = [...requests, ...effects].map(({ at }) => at);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const faults = readJournal<Line>(join(folder, PARTS.faults)).filter(({ at }) => at >= from && at <= to);
  const lines = [...requests, ...effects, ...faults].toSorted((one, other) => one.at - other.at);
  const rows = Object.entries(snapshot).flatMap(([table, ofTable]) =>
    Array.isArray(ofTable)
      ? (ofTable as { uuid?: string }[])
          .filter((row) => row.uuid === uuid)
          .map((row) => `${table}: ${JSON.stringify(row)}`)
      : [],
  );
  return [
    ...lines.map(({ at, ...line }) => `${((at - from) / 1_000).toFixed(3)} ${JSON.stringify(line)}`),
    ...rows,
  ].join('\n');
}
