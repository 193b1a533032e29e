import type { ListFilter, Operation, Status } from '@holdfast/client';
import { STATUSES } from '@holdfast/kernel';
import { type Command, Option } from 'commander';
import type { Context } from '../context.js';
import { readCount } from '../input/numbers.js';
import { readTexts } from '../input/pairs.js';
import { EXIT } from '../outcome/exit-code.js';
import { openSession } from '../session.js';
import { table } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { statusWord, waitingWords } from '../view/status-word.js';

/** Which operations a command is about. */
export interface FilterOptions {
  readonly status?: Status[];
  readonly type?: string;
  readonly label?: string[];
  readonly after?: string;
  readonly before?: string;
}

const EXAMPLES = `
Examples:
  holdfast list --status failed --limit 50
  holdfast list --type invoice.charge --label team=north --json | jq -r .id`;

const LIMIT = 20;
const PAGE_MAX = 200;

/** Adds the options that choose operations. */
export function withFilter(command: Command): Command {
  return command
    .addOption(new Option('--status <status...>', 'only in these statuses').choices(STATUSES))
    .option('--type <type>', 'only of this type')
    .option('--label <name=text...>', 'only with these labels')
    .option('--after <time>', 'only created after this instant (RFC 3339)')
    .option('--before <time>', 'only created before this instant (RFC 3339)');
}

export function filterOf({ status, type, label, after, before }: FilterOptions): ListFilter {
  return {
    ...(status === undefined ? {} : { status }),
    ...(type === undefined ? {} : { type }),
    ...(label === undefined ? {} : { labels: readTexts(label) }),
    ...(after === undefined ? {} : { createdAfter: after }),
    ...(before === undefined ? {} : { createdBefore: before }),
  };
}

/** `holdfast list`: operations, newest first. */
export function addList({ root, terminal, act }: Context): void {
  withFilter(root.command('list').description('list operations, newest first'))
    .option('--limit <number>', 'at most so many', readCount, LIMIT)
    .addHelpText('after', EXAMPLES)
    .action((options: FilterOptions & { limit: number }, command: Command) =>
      act(command, async () => {
        const { holdfast, json, signal } = openSession(command, terminal);
        const found: Operation[] = [];
        const filter = { ...filterOf(options), pageSize: Math.min(options.limit, PAGE_MAX) };
        for await (const operation of holdfast.list(filter, { signal })) {
          found.push(operation);
          if (json) terminal.print(JSON.stringify(operation));
          if (found.length === options.limit) break;
        }
        if (!json) for (const line of listLines(found, terminal)) terminal.print(line);
        if (found.length === options.limit) terminal.say(`There may be more: --limit ${options.limit * 5}`);
        if (found.length === 0) terminal.say('There are no such operations.');
        return EXIT.ok;
      }),
    );
}

function listLines(operations: readonly Operation[], terminal: Terminal): string[] {
  if (operations.length === 0) return [];
  const head = ['id', 'type', 'status', 'attempt', 'created', ''].map((name) => terminal.paint('dim', name));
  const rows = operations.map((operation) => [
    operation.id,
    operation.type,
    statusWord(operation, (style, text) => terminal.paint(style, text)),
    `${operation.attempt.number}/${operation.attempt.max}`,
    operation.createdAt,
    operation.error?.message ?? waitingWords(operation),
  ]);
  return table([head, ...rows]);
}
