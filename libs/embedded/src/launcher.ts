import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import { launchRefusal } from './launch-refusal.js';
import { waysToRunAs, type RunAs } from './run-as.js';
import { runCommand } from './run-command.js';

/** Starts PostgreSQL's programs in the way that was found to work here. */
export interface Launcher {
  /** Null when they run as the user of this process. */
  readonly account: Account | null;
  /** Major version of the binaries, `18`. */
  readonly major: string;
  readonly command: RunAs;
}

/**
 * Finds out how the server can be started so that it reaches both its binaries and the data folder.
 *
 * @throws EmbeddedPostgresError when the binaries do not run here, or the account cannot reach one of the two.
 */
export async function findLauncher(binaries: Binaries, root: string, account: Account | null): Promise<Launcher> {
  let complaint = '';
  for (const command of waysToRunAs(account)) {
    const script = 'cd -- "$1" && exec "$2" --version';
    const answer = await runCommand(command('/bin/sh', ['-c', script, 'sh', root, binaries.postgres], '/'));
    const major = /\(PostgreSQL\) (\d+)/.exec(answer.output)?.[1];
    if (answer.code === 0 && major !== undefined) {
      return { account, major, command };
    }
    complaint ||= answer.output;
  }
  throw await launchRefusal(binaries, root, account, complaint);
}
