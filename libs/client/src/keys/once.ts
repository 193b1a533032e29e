import type { Runtime } from '../runtime/runtime.js';
import type { KeyStore } from './key-store.js';
import { newKey } from './make-key.js';

/** The key of an intent: hand it to the one call that carries the intent out, as (a part of) its options. */
export interface Intent {
  readonly key: string;
  /** When the key was made, in ms since 1970. */
  readonly madeAtMs: number;
  /** True when an earlier run had made the key and did not live to forget it: the request may have been sent. */
  readonly recovered: boolean;
}

/**
 * Runs `work` with the key of the intent `name`. The key is forgotten only when `work` has dealt with the answer; whatever
 * it throws, the key stays, because nobody but the caller knows whether a new one would do the work twice.
 */
export async function once<Result>(
  store: KeyStore,
  runtime: Runtime,
  name: string,
  work: (intent: Intent) => Promise<Result>,
): Promise<Result> {
  const made = { intent: name, key: newKey(runtime), madeAtMs: runtime.nowMs() };
  const kept = await store.claim(made);
  const result = await work({ key: kept.key, madeAtMs: kept.madeAtMs, recovered: kept.key !== made.key });
  await store.forget(kept);
  return result;
}
