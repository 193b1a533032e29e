import type { JsonText } from './operation.js';

/** Everything the store needs to make one operation: validated, with its fingerprint and its place in the shards. */
export interface NewOperation {
  readonly uuid: string;
  readonly shard: number;
  readonly idPrefix: string;
  readonly tenant: string;
  readonly key: string;
  /** Canonical JSON of what the client asked for; the fingerprint is its hash and the handler's input is in it. */
  readonly request: JsonText;
  /** SHA-256 of `request`, 32 bytes. */
  readonly fingerprint: Buffer;
  readonly fingerprintVersion: number;
  readonly type: string;
  readonly priority: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Absolute due time; null for «as soon as it is stored plus `delayMs`». */
  readonly runAt: Date | null;
  readonly delayMs: number;
  readonly deadline: Date | null;
  readonly maxAttempts: number;
  readonly maxLost: number;
  readonly replayWindowMs: number;
  /** W3C `traceparent` of the creating request. */
  readonly traceParent: string | null;
  /** Version of the type the operation was created for; only workers that know it run the operation. */
  readonly typeVersion?: string | null;
  /** The operation that called this one, to be woken when it ends. */
  readonly parent?: { readonly uuid: string; readonly shard: number } | null;
}
