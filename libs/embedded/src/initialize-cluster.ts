import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import type { DataFolder } from './data-folder.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { Launcher } from './launcher.js';
import { runCommand } from './run-command.js';

/** The superuser of the cluster. */
export const DATABASE_USER = 'holdfast';

/** Kept inside the cluster, so that neither is ever without the other. */
export const PASSWORD_FILE = 'holdfast.password';

/** Folders that begin so hold a cluster that is not complete yet. */
export const UNFINISHED_PREFIX = 'init-';

/**
 * Creates the cluster of a folder that has none: beside its place, and moved there when it is complete, so that an
 * initdb that was killed halfway leaves nothing that looks like a cluster.
 *
 * @throws EmbeddedPostgresError with the reason initdb gives.
 */
export async function initializeCluster(folder: DataFolder, binaries: Binaries, launcher: Launcher): Promise<void> {
  const scratch = join(folder.root, `${UNFINISHED_PREFIX}${randomBytes(6).toString('hex')}`);
  const cluster = join(scratch, 'cluster');
  const passwordFile = join(scratch, PASSWORD_FILE);
  await mkdir(cluster, { recursive: true });
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
  for (const path of [scratch, cluster, passwordFile]) {
    await giveTo(launcher, path);
  }
  await chmod(scratch, 0o700);
  const answer = await runCommand(
    launcher.command(binaries.initdb, initdbArguments(launcher.major, cluster, passwordFile), folder.root),
  );
  if (answer.code !== 0) {
    const reason = answer.output.match(/(?:error|fatal): .*/i)?.[0] ?? answer.output.trim().split('\n').at(-1) ?? '';
    throw new EmbeddedPostgresError(
      `initdb could not create ${folder.cluster} (${reason}): free the cause, then start again.`,
    );
  }
  await rename(passwordFile, join(cluster, PASSWORD_FILE));
  await syncFolder(cluster);
  await rename(cluster, folder.cluster);
  await syncFolder(folder.root);
  await rm(scratch, { recursive: true, force: true });
}

/** The first version with locales of its own. */
const BUILTIN_LOCALES = 17;

/**
 * A password rather than `trust`: whoever may connect as the superuser can run programs as us, and on a shared machine
 * every local user can reach the loopback. The builtin C.UTF-8, and C before there was one, sort by code point and
 * never change with a system library, which would silently break indexes.
 */
function initdbArguments(major: string, cluster: string, passwordFile: string): string[] {
  return [
    `--pgdata=${cluster}`,
    `--username=${DATABASE_USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    ...(Number(major) >= BUILTIN_LOCALES ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
    '--data-checksums',
    '--no-instructions',
  ];
}

async function giveTo(launcher: Launcher, path: string): Promise<void> {
  if (launcher.account) {
    await chown(path, launcher.account.uid, launcher.account.gid);
  }
}

/** A rename survives a power failure only when the folder that holds the name is written. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
