import { createHash } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptKey, KeyStore } from '../keys/key-store.js';

/**
 * Keys in a folder, one small file for each intent: what a process wrote before it crashed, the next one finds. Several
 * processes of one machine may share the folder. Every write is synced to the disk before it counts.
 */
export class FileKeyStore implements KeyStore {
  constructor(private readonly folder: string) {}

  async claim(made: KeptKey): Promise<KeptKey> {
    await mkdir(this.folder, { recursive: true });
    // Written whole under a name of its own, then linked: the file of an intent is never seen half written.
    const draft = join(this.folder, `${made.key}.draft`);
    await this.write(draft, made);
    try {
      const kept = await this.settle(draft, made);
      await this.sync();
      return kept;
    } finally {
      await unlink(draft);
    }
  }

  async forget({ intent, key }: KeptKey): Promise<void> {
    const path = this.path(intent);
    if ((await this.find(path))?.key !== key) return;
    await unlink(path).catch(ignoreMissing);
    // A key that came back after a crash would make the next intent of this name a replay of the last.
    await this.sync();
  }

  async list(): Promise<readonly KeptKey[]> {
    const names = await readdir(this.folder).catch(ignoreMissing);
    const kept = await Promise.all(
      (names ?? []).filter((name) => name.endsWith('.json')).map((name) => this.find(join(this.folder, name))),
    );
    return kept.filter((one) => one !== null).sort((a, b) => a.madeAtMs - b.madeAtMs);
  }

  private async write(path: string, made: KeptKey): Promise<void> {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(JSON.stringify(made));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Gives the draft the name of its intent, or the key that has it already. */
  private async settle(draft: string, made: KeptKey): Promise<KeptKey> {
    const path = this.path(made.intent);
    for (;;) {
      const isOurs = await link(draft, path).then(
        () => true,
        (error: unknown) => {
          if (codeOf(error) !== 'EEXIST') throw error;
          return false;
        },
      );
      const kept = isOurs ? made : await this.find(path);
      // Null when it was forgotten between the two looks: the intent is free again.
      if (kept) return kept;
    }
  }

  private path(intent: string): string {
    return join(this.folder, `${createHash('sha256').update(intent).digest('hex')}.json`);
  }

  private async find(path: string): Promise<KeptKey | null> {
    const text = await readFile(path, 'utf8').catch(ignoreMissing);
    return text === undefined ? null : (JSON.parse(text) as KeptKey);
  }

  /** A new name in a folder is safe only when the folder itself is. Windows cannot sync one, and does not need to. */
  private async sync(): Promise<void> {
    if (process.platform === 'win32') return;
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

function ignoreMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
  return undefined;
}
