import { Holdfast } from '@holdfast/client';
import type { Command } from 'commander';
import { Interrupted, Mistake } from './outcome/mistake.js';
import { DEFAULT_URL, variable } from './settings/environment.js';
import type { Terminal } from './terminal/terminal.js';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** What a command that talks to a service works with. */
export interface Session {
  readonly holdfast: Holdfast;
  readonly url: string;
  readonly token: string | undefined;
  readonly json: boolean;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/** A person waits in front of it: better a clear answer soon than a right one later. Times in ms. */
const DEADLINE_MS = 15_000;
const RETRY = { maxAttempts: 4, maxDelayMs: 2_000 };

/** The URL a command talks to: a flag comes before the environment. */
export function urlOf(command: Command, terminal: Terminal): string {
  const { url } = command.optsWithGlobals<GlobalOptions>();
  return url ?? variable(terminal.environment, 'HOLDFAST_URL') ?? DEFAULT_URL;
}

/** Opens a session for one command, and listens for Ctrl-C from then on. */
export function openSession(command: Command, terminal: Terminal): Session {
  const options = command.optsWithGlobals<GlobalOptions>();
  const url = urlOf(command, terminal);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new Mistake(`«${url}» is not the URL of a service.`, `Write it like ${DEFAULT_URL}`);
  }
  const token = options.token ?? variable(terminal.environment, 'HOLDFAST_TOKEN');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Interrupted()));
  const holdfast = new Holdfast({
    baseUrl: url,
    deadlineMs: DEADLINE_MS,
    retry: RETRY,
    ...(token === undefined ? {} : { token }),
    onRetry: ({ reason, delayMs }) => {
      if (terminal.drawsWords)
        terminal.say(terminal.tint('dim', `No luck (${reason}); again in ${Math.ceil(delayMs)} ms.`));
    },
  });
  return { holdfast, url, token, json: options.json === true, signal: stop.signal, terminal };
}
