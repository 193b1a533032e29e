import type { Command } from 'commander';
import type { ExitCode } from './outcome/exit-code.js';
import type { Terminal } from './terminal/terminal.js';

/** What a command is added to, and how it says what it does. */
export interface Context {
  readonly terminal: Terminal;
  readonly root: Command;
  /** Does the work of a command; what it throws is explained to the person, and becomes the exit code. */
  readonly act: (command: Command, work: () => Promise<ExitCode>) => Promise<void>;
}
