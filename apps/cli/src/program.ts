import { Command, CommanderError } from 'commander';
import { addCreate } from './commands/create.js';
import { addCancel, addResume, addSignal } from './commands/control.js';
import { addDev } from './commands/dev.js';
import { addDoctor } from './commands/doctor.js';
import { addExplain } from './commands/explain.js';
import { addGet } from './commands/get.js';
import { addKeys } from './commands/keys.js';
import { addList } from './commands/list.js';
import { addMigrate } from './commands/migrate.js';
import { addRestored } from './commands/restored.js';
import { addTail } from './commands/tail.js';
import { addTypes } from './commands/types.js';
import { addWait } from './commands/wait.js';
import { addWatch } from './commands/watch.js';
import { EXIT, type ExitCode } from './outcome/exit-code.js';
import { explain } from './outcome/explain.js';
import { DEFAULT_URL } from './settings/environment.js';
import { urlOf } from './session.js';
import type { Terminal } from './terminal/terminal.js';
import { version } from './version.js';

const EXAMPLES = `
Begin here:
  holdfast dev                                    # a whole service on this machine, in this terminal
  holdfast create demo.flaky failures:=1 --wait   # in another one
  holdfast watch <id>                             # what an operation does, while it does it
  holdfast doctor                                 # what is wrong, and what to do about it

Exit codes: 0 succeeded, 1 failed or refused or a problem was found, 2 wrong usage, 3 not reachable, 4 not ended in time,
5 canceled, 130 interrupted. Data goes to standard output, everything else to standard error.`;

const COMMANDS = [
  addDev,
  addCreate,
  addGet,
  addExplain,
  addWait,
  addWatch,
  addTail,
  addList,
  addCancel,
  addResume,
  addSignal,
  addKeys,
  addTypes,
  addMigrate,
  addRestored,
  addDoctor,
];

/** Understands the words of a command line, does what they say, and gives the exit code. Never rejects. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const root = rootCommand(terminal);
  const act = async (command: Command, work: () => Promise<ExitCode>) => {
    try {
      exitCode = await work();
    } catch (error) {
      const { lines, exitCode: code } = explain(error, urlOf(command, terminal));
      for (const [index, line] of lines.entries()) {
        terminal.say(index === 0 ? `${terminal.tint('red', 'holdfast:')} ${line}` : line);
      }
      exitCode = code;
    }
  };
  for (const add of COMMANDS) add({ terminal, root, act });
  try {
    await root.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for is no mistake.
    exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}

function rootCommand(terminal: Terminal): Command {
  const root = new Command('holdfast')
    .description('Durable operations on PostgreSQL: a retry is always safe.')
    .version(version(), '-V, --version')
    .option('--url <url>', `the service (HOLDFAST_URL, else ${DEFAULT_URL})`)
    .option('--token <token>', 'bearer token (HOLDFAST_TOKEN)')
    .option('--json', 'print JSON, for programs')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(holdfast --help shows what there is)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, `${terminal.tint('red', 'holdfast:')} `)),
    })
    .exitOverride();
  return root;
}
