import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The binary as it is installed. */
export const BINARY = join(import.meta.dirname, '..', '..', '..', 'apps', 'cli', 'bin', 'holdfast.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command as a process of its own. */
export class CommandProcess {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  readonly child: ChildProcess;

  constructor(words: readonly string[], variables: Readonly<Record<string, string>>, input: string | null = null) {
    const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
    const env = { PATH, HOME, TMPDIR, ...variables };
    const child = spawn(process.execPath, [BINARY, ...words], { env, cwd: TMPDIR });
    child.stdin.end(input ?? '');
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.child = child;
    this.ended = once(child, 'close').then(([code]) => ({
      code: code as number | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** Resolves once the words, or the data, hold a text that matches. */
  said(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (pattern.test(this.stdout) || pattern.test(this.stderr)) resolve();
      };
      this.child.stdout?.on('data', look);
      this.child.stderr?.on('data', look);
      look();
      void this.ended.then(({ code }) =>
        reject(new Error(`ended with ${code} without ${pattern}:\n${this.stdout}\n${this.stderr}`)),
      );
    });
  }
}

/** Runs commands against one service. */
export class CommandLine {
  constructor(private readonly variables: Readonly<Record<string, string>>) {}

  start(...words: string[]): CommandProcess {
    return new CommandProcess(words, this.variables);
  }

  run(...words: string[]): Promise<Ended> {
    return this.start(...words).ended;
  }

  feed(input: string, ...words: string[]): Promise<Ended> {
    return new CommandProcess(words, this.variables, input).ended;
  }
}
