import type { RetentionReport } from '@holdfast/store';
import { duration } from '../view/duration.js';
import { type Finding, ok, warning } from './finding.js';

/** A sweep that keeps up meets what has expired within minutes; it is behind by a day when something keeps it, in ms. */
const OVERDUE_MS = 86_400_000;
/** As many months as somebody reads. */
const SHOWN = 6;

/** What is kept of operations that have ended, what the next sweep would take away, and whether it is behind. */
export function retentionFindings(report: RetentionReport): Finding[] {
  return [keysFinding(report), sweepFinding(report), ...archiveFindings(report)];
}

function keysFinding({ keys }: RetentionReport): Finding {
  const { live, expired, tombstoned } = keys;
  const all = counted(live + expired + tombstoned, 'key');
  const states = `${number(live)} live, ${number(expired)} past their window, ${number(tombstoned)} tombstones`;
  return ok('keys', `About ${all}: ${states}.`);
}

function sweepFinding({ next: { examined, purgeable, overdueMs, forgettable } }: RetentionReport): Finding {
  const text =
    `Of the ${counted(examined, 'oldest operation')} the next sweep would purge ${number(purgeable)}, ` +
    `and forget ${counted(forgettable, 'tombstone')} at least.`;
  if (overdueMs < OVERDUE_MS) return ok('retention', text);
  return warning(
    'retention',
    `${text} The first has been past its window for ${duration(overdueMs)}.`,
    'Sweeps begin with the oldest: is a process of the service running, and does its log say that purging fails?',
  );
}

function archiveFindings({ archive, months: { make, drop } }: RetentionReport): Finding[] {
  const { months, operations, bytes, inRest } = archive;
  const size = `${number(Math.ceil(bytes / 2 ** 20))} MiB`;
  const changes = [
    ...(make.length > 0 ? [`make ${listed(make)}`] : []),
    ...(drop.length > 0 ? [`drop ${listed(drop)}`] : []),
  ];
  const plan = changes.length === 0 ? '' : ` The next sweep would ${changes.join(' and ')}.`;
  const holds =
    months === 0 && operations === 0
      ? ok('archive', `The archive is empty.${plan}`)
      : ok(
          'archive',
          `The archive holds about ${counted(operations, 'operation')} in ${counted(months, 'month')}, ${size}.${plan}`,
        );
  if (inRest === 0) return [holds];
  return [
    holds,
    warning(
      'archive',
      `In the archive without a month of their own: at least ${counted(inRest, 'operation')}.`,
      'Let the database user create tables in the schema holdfast, and end what reads the archive for hours.',
    ),
  ];
}

/** `operation_archive_2026_11, operation_archive_2026_12 and 3 more` */
function listed(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return names.slice(0, SHOWN).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
