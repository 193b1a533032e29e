import type { Holdfast, ListFilter, Operation } from '@holdfast/client';
import { LIVE_STATUSES } from '@holdfast/kernel';
import type { Command } from 'commander';
import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from '../context.js';
import { openSession } from '../session.js';
import type { Terminal } from '../terminal/terminal.js';
import { progressLine } from '../view/progress-line.js';
import { filterOf, type FilterOptions, withFilter } from './list.js';

const EXAMPLES = `
Examples:
  holdfast tail
  holdfast tail --type invoice.charge --status failed
  holdfast tail --json | jq -r '[.updatedAt, .id, .status] | @tsv'

One line for each operation that changes, until Ctrl-C.`;

/** How often the service is asked, in ms. */
const EVERY_MS = 1_000;
/** Operations looked at each time: the newest, and the newest of those that still move. */
const WINDOW = 100;

/** `holdfast tail`: changes of operations, as they happen. */
export function addTail({ root, terminal, act }: Context): void {
  withFilter(root.command('tail').description('print operations as they change, until Ctrl-C'))
    .addHelpText('after', EXAMPLES)
    .action((options: FilterOptions, command: Command) =>
      act(command, async () => {
        const { holdfast, json, signal } = openSession(command, terminal);
        const seen = new Map<string, string>();
        for (let isFirst = true; ; isFirst = false) {
          for (const operation of await changed(holdfast, filterOf(options), seen, signal)) {
            // What was there before is where it begins, and no news.
            if (!isFirst) terminal.print(json ? JSON.stringify(operation) : changeLine(operation, terminal));
          }
          await pause(EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
        }
      }),
    );
}

/** The operations whose version is not the one seen last, oldest change first. */
async function changed(
  holdfast: Holdfast,
  filter: ListFilter,
  seen: Map<string, string>,
  signal: AbortSignal,
): Promise<Operation[]> {
  const live = filter.status === undefined ? [{ ...filter, status: [...LIVE_STATUSES] }] : [];
  const pages = await Promise.all(
    [filter, ...live].map((one) => holdfast.listPage({ ...one, pageSize: WINDOW }, null, { signal })),
  );
  const found = new Map(pages.flatMap(({ operations }) => operations).map((operation) => [operation.id, operation]));
  const news = [...found.values()].filter(({ id, updatedAt, status }) => seen.get(id) !== `${updatedAt} ${status}`);
  for (const { id, updatedAt, status } of news) seen.set(id, `${updatedAt} ${status}`);
  return news.sort((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1));
}

function changeLine(operation: Operation, terminal: Terminal): string {
  const { updatedAt, id, type, error } = operation;
  const why = error ? `  ${error.code}: ${error.message}` : '';
  return `${terminal.paint('dim', updatedAt)}  ${id}  ${type}  ${progressLine(operation, terminal)}${why}`;
}
