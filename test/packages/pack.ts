import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  /** What a program that uses the package must have, in one copy for both. */
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly engines?: { readonly node?: string };
}

/** A workspace that is meant for a registry. */
export interface Published {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Every workspace that does not say that it is private. */
export const PUBLISHED: readonly Published[] = [
  ...['apps', 'libs'].flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => join(ROOT, parent, name))),
  join(ROOT, 'migrations'),
]
  .map((folder) => ({ folder, manifest: readManifest(folder) }))
  .filter(({ manifest }) => manifest.private !== true);

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/**
 * An empty project outside the tree into which all packages were unpacked from their tarballs. Of other makers' packages
 * it has those that the manifests name and no more, so that one which is used and not named is missed.
 */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-packed-'));
  readonly modules = join(this.folder, 'node_modules');

  async fill(): Promise<void> {
    const tarballs = join(this.folder, 'tarballs');
    mkdirSync(tarballs);
    const workspaces = PUBLISHED.flatMap(({ folder }) => ['-w', folder]);
    await run('npm', ['pack', '--silent', '--pack-destination', tarballs, ...workspaces], { cwd: ROOT });
    for (const { folder, manifest } of PUBLISHED) {
      const target = this.installed(manifest.name);
      mkdirSync(target, { recursive: true });
      const tarball = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
      await run('tar', ['-xzf', join(tarballs, tarball), '--strip-components=1', '-C', target]);
      this.linkOthers(folder, manifest);
    }
    this.linkCommands();
  }

  installed(name: string): string {
    return join(this.modules, ...name.split('/'));
  }

  command(name: string): string {
    return join(this.modules, '.bin', name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private linkOthers(folder: string, { name, dependencies, peerDependencies }: Manifest): void {
    const named = { ...dependencies, ...peerDependencies };
    const ours = new Set(PUBLISHED.map(({ manifest }) => manifest.name));
    for (const other of Object.keys(named).filter((dependency) => !ours.has(dependency))) {
      const target = join(this.installed(name), 'node_modules', ...other.split('/'));
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(folderOf(other, folder), target, 'dir');
    }
  }

  private linkCommands(): void {
    mkdirSync(join(this.modules, '.bin'));
    for (const { manifest } of PUBLISHED) {
      for (const [command, path] of Object.entries(manifest.bin ?? {})) {
        symlinkSync(join(this.installed(manifest.name), path), this.command(command));
      }
    }
  }
}

/** Where a package lies that somebody in `from` would get. */
function folderOf(name: string, from: string): string {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  for (const place of places) {
    const folder = join(place, name);
    try {
      if (readManifest(folder).name === name) return folder;
    } catch {
      // Not here, but perhaps further up.
    }
  }
  throw new Error(`${name} is not installed`);
}
