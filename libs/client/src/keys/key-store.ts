/** A key that was made for an intent, as it is kept. */
export interface KeptKey {
  readonly intent: string;
  readonly key: string;
  /** When it was made, in ms since 1970: no request with it was sent before. */
  readonly madeAtMs: number;
}

/**
 * Where keys outlive the process that made them. The protocol, which `Holdfast.once` follows: the key is stored
 * **before** the first byte of the request is sent, and forgotten **after** the answer has been dealt with. A process that dies in
 * between finds the key again under the name of the intent and sends the same request with it; the service answers with
 * the operation that is there, or creates it if the first request never arrived.
 */
export interface KeyStore {
  /**
   * Keeps `made` unless there is a key for its intent already; gives the one that is kept. When this resolves, the key
   * must survive a crash. Of two callers at once, one wins and both get its key.
   */
  claim(made: KeptKey): Promise<KeptKey>;
  /** Forgets the key of an intent, if it is still this one. */
  forget(kept: KeptKey): Promise<void>;
  /** All keys that are kept, oldest first: after a crash, what was under way. */
  list(): Promise<readonly KeptKey[]>;
}
