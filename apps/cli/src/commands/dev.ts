import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { ExitCode } from '../outcome/exit-code.js';

interface Options {
  readonly handlers?: string;
  readonly port?: string;
  readonly database?: string;
  readonly data?: string;
}

const EXAMPLES = `
Examples:
  holdfast dev
  holdfast dev --handlers ./handlers.mjs --port 9000
  holdfast dev --database postgres://localhost/holdfast

Every variable of the service works, too: docs/reference/settings.md. Ctrl-C drains and stops; the next start keeps the data.`;

/** Variables of the command line that would puzzle the service. */
const OURS = ['HOLDFAST_URL', 'HOLDFAST_TOKEN'];

/** `holdfast dev`: a whole service in this terminal. */
export function addDev({ root, terminal, act }: Context): void {
  root
    .command('dev')
    .description('run a whole service here: PostgreSQL, API, worker and demo handlers')
    .option('--handlers <path>', 'handlers file or folder, instead of the demo handlers')
    .option('--port <number>', 'where it listens (8080)')
    .option('--database <url>', 'use this PostgreSQL instead of the embedded one')
    .option('--data <folder>', 'where the embedded database lives (.holdfast)')
    .addHelpText('after', EXAMPLES)
    .action((options: Options, command: Command) =>
      act(command, async () => {
        const inherited = Object.entries(terminal.environment).filter(([name]) => !OURS.includes(name));
        // Only this command needs the service, and loading it takes longer than all the others take to answer.
        const { serve } = await import('@holdfast/service/serve');
        return (await serve({ ...Object.fromEntries(inherited), ...variables(options) })) as ExitCode;
      }),
    );
}

function variables({ handlers, port, database, data }: Options): Record<string, string> {
  return {
    ...(handlers === undefined ? {} : { HOLDFAST_HANDLERS: handlers }),
    ...(port === undefined ? {} : { PORT: port }),
    ...(database === undefined ? {} : { DATABASE_URL: database }),
    ...(data === undefined ? {} : { HOLDFAST_DATA_DIR: data }),
  };
}
