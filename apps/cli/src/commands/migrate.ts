import type { Command } from 'commander';
import type { Context } from '../context.js';
import { onDatabase } from '../outcome/database-trouble.js';
import { EXIT, type ExitCode } from '../outcome/exit-code.js';
import { Mistake } from '../outcome/mistake.js';
import { databaseUrl } from '../settings/database.js';
import { variable } from '../settings/environment.js';
import type { Terminal } from '../terminal/terminal.js';

interface Options {
  readonly database?: string;
  readonly dryRun?: boolean;
}

const EXAMPLES = `
Examples:
  DATABASE_URL=postgres://… holdfast migrate
  holdfast migrate --database postgres://… --dry-run | less

The service migrates by itself when it starts; this is for those who let somebody else do it, or want to read it first.`;

/** `holdfast migrate`: brings a database to the schema of this release. */
export function addMigrate({ root, terminal, act }: Context): void {
  root
    .command('migrate')
    .description('bring a database to the schema of this release')
    .option('--database <url>', 'the database (DATABASE_DIRECT_URL, else DATABASE_URL)')
    .option('--dry-run', 'print the SQL that would be run, and run nothing')
    .addHelpText('after', EXAMPLES)
    .action((options: Options, command: Command) =>
      act(command, () => {
        const direct = options.database ?? variable(terminal.environment, 'DATABASE_DIRECT_URL');
        const url = databaseUrl(direct, terminal.environment);
        if (url === null) throw new Mistake('There is no database to migrate.', 'Give --database or DATABASE_URL.');
        return onDatabase(url, () => (options.dryRun ? printPlan(url, terminal) : migrateNow(url, terminal)));
      }),
    );
}

async function printPlan(url: string, terminal: Terminal): Promise<ExitCode> {
  const { pendingMigrations } = await import('@holdfast/store');
  const pending = await pendingMigrations(url);
  for (const { name, statements } of pending) {
    terminal.print(`-- ${name}`);
    for (const text of statements) terminal.print(`${text};\n`);
  }
  terminal.say(pending.length === 0 ? 'The schema is up to date.' : `${pending.length} migrations would be run.`);
  return EXIT.ok;
}

async function migrateNow(url: string, terminal: Terminal): Promise<ExitCode> {
  const { migrate } = await import('@holdfast/store');
  const { applied } = await migrate(url);
  for (const name of applied) terminal.print(name);
  terminal.say(applied.length === 0 ? 'The schema was up to date already.' : 'The schema is up to date.');
  return EXIT.ok;
}
