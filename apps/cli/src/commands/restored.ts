import type { Command } from 'commander';
import type { Context } from '../context.js';
import { onDatabase } from '../outcome/database-trouble.js';
import { EXIT, type ExitCode } from '../outcome/exit-code.js';
import { Mistake } from '../outcome/mistake.js';
import { databaseUrl } from '../settings/database.js';
import type { Terminal } from '../terminal/terminal.js';

interface Options {
  readonly database?: string;
  readonly reopen?: boolean;
}

const EXAMPLES = `
Examples:
  DATABASE_URL=postgres://… holdfast restored            # before any process is started on it
  DATABASE_URL=postgres://… holdfast restored --reopen   # when no request of the lost time can come again

Only for a database that was restored to an earlier moment than its last. See docs/operations/backup-and-restore.md.`;

/** `holdfast restored`: keeps what a restore has made uncertain from running again. */
export function addRestored({ root, terminal, act }: Context): void {
  root
    .command('restored')
    .description('make a database safe that was restored from an old backup')
    .option('--database <url>', 'the database (DATABASE_URL)')
    .option('--reopen', 'let new keys create operations again')
    .addHelpText('after', EXAMPLES)
    .action((options: Options, command: Command) =>
      act(command, () => {
        const url = databaseUrl(options.database, terminal.environment);
        if (url === null) throw new Mistake('There is no database.', 'Give --database or DATABASE_URL.');
        return onDatabase(url, () => (options.reopen ? reopen(url, terminal) : hold(url, terminal)));
      }),
    );
}

async function hold(url: string, terminal: Terminal): Promise<ExitCode> {
  const { holdRestored } = await import('@holdfast/store');
  const { held, knownUntil } = await holdRestored(url);
  terminal.print(JSON.stringify({ held, knownUntil }));
  const until = knownUntil === null ? 'of nothing' : `of nothing after ${knownUntil.toISOString()}`;
  terminal.say(`The database knows ${until}. ${held} operations had not ended; they are failed with «restored».`);
  terminal.say(
    'Start the service, and resume those that may go on. New keys are refused until holdfast restored --reopen.',
  );
  return EXIT.ok;
}

async function reopen(url: string, terminal: Terminal): Promise<ExitCode> {
  const { openKeys } = await import('@holdfast/store');
  const were = await openKeys(url);
  terminal.say(were ? 'New keys create operations again.' : 'New keys were not refused.');
  return EXIT.ok;
}
