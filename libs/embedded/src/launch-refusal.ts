import { dirname } from 'node:path';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { asAccount, asOurselves } from './run-as.js';
import { runCommand } from './run-command.js';

/** Finds out why the binaries cannot be started: they do not run on this machine, or the account cannot reach something. */
export async function launchRefusal(
  binaries: Binaries,
  root: string,
  account: Account | null,
  complaint: string,
): Promise<EmbeddedPostgresError> {
  const ourselves = await runCommand(asOurselves(binaries.postgres, ['--version'], '/'));
  if (account === null || ourselves.code !== 0) {
    const reason = (ourselves.code === 0 ? complaint : ourselves.output).trim().split('\n')[0];
    return new EmbeddedPostgresError(
      `PostgreSQL cannot run on this machine (${reason}): run npm rebuild, or set DATABASE_URL, as systems without glibc must.`,
    );
  }
  const blocked = await firstUnreachable([root, dirname(binaries.postgres)], account);
  if (blocked === '/') {
    return new EmbeddedPostgresError(
      'PostgreSQL does not run as root, and this root may not become another user: run as an ordinary user, or set DATABASE_URL.',
    );
  }
  return new EmbeddedPostgresError(
    `Root runs PostgreSQL as the user ${account.name}, who cannot enter ${blocked}: run as an ordinary user, or chmod o+x ${blocked}.`,
  );
}

async function firstUnreachable(paths: readonly string[], account: Account): Promise<string> {
  for (const folder of paths.flatMap(ancestors)) {
    const answer = await runCommand(asAccount(account)('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], '/'));
    if (answer.code !== 0) {
      return folder;
    }
  }
  return paths.join(' and ');
}

/** The folder and all above it, the highest first. */
function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...ancestors(parent), path];
}
