import type { KeptKey, KeyStore } from './key-store.js';

/** Keys that live as long as the process: retries are safe, a crash is not covered. */
export class MemoryKeyStore implements KeyStore {
  private readonly keys = new Map<string, KeptKey>();

  claim(made: KeptKey): Promise<KeptKey> {
    const kept = this.keys.get(made.intent) ?? made;
    this.keys.set(made.intent, kept);
    return Promise.resolve(kept);
  }

  forget({ intent, key }: KeptKey): Promise<void> {
    if (this.keys.get(intent)?.key === key) this.keys.delete(intent);
    return Promise.resolve();
  }

  list(): Promise<readonly KeptKey[]> {
    return Promise.resolve([...this.keys.values()]);
  }
}
