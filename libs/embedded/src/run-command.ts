import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Command } from './command.js';

export interface CommandResult {
  /** Exit status; null when a signal ended it or it could not be started. */
  readonly code: number | null;
  /** What it wrote to both streams, or why it could not be started. */
  readonly output: string;
}

/** Runs a command to its end. A command that cannot be started is a result as well: callers try alternatives. */
export async function runCommand(command: Command): Promise<CommandResult> {
  try {
    return await collect(spawn(command.file, command.args, { ...command.options, stdio: ['ignore', 'pipe', 'pipe'] }));
  } catch (error) {
    return { code: null, output: error instanceof Error ? error.message : String(error) };
  }
}

function collect(child: ChildProcessByStdio<null, Readable, Readable>): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
