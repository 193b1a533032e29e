import { environment } from './settings/environment.js';
import { runCommandLine } from './program.js';
import { Terminal } from './terminal/terminal.js';

// `holdfast list | head` closes our output early; that is no failure.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(0));
process.exit(await runCommandLine(process.argv.slice(2), new Terminal(process.stdout, process.stderr, environment)));
