import type { JsonText } from '../operation/operation.js';

/** Whose key it is and which: unique in the table of requests. */
export interface RequestId {
  readonly shard: number;
  /** Whoever the route says the caller is. */
  readonly scope: string;
  readonly key: string;
}

/** A request to a route that is executed once for each key. Times in ms. */
export interface RequestToRun extends RequestId {
  /** SHA-256 of the canonical JSON of what was asked for, 32 bytes. */
  readonly fingerprint: Buffer;
  /** That JSON, to tell where another request differs; null when it is too large to be kept. */
  readonly request: JsonText | null;
  /** May it run again when its process died in the middle? */
  readonly reruns: boolean;
  readonly leaseMs: number;
  /** How long the answer is replayed, from the beginning. */
  readonly windowMs: number;
}

/** A request this process executes; every write about it must match the fence. */
export interface RequestHeld extends RequestId {
  readonly fence: number;
}

/** An answer in no framework's words. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Null when it was too large, or a stream. */
  readonly body: Buffer | null;
}

/** What is known of a request that was begun and neither given back nor forgotten. */
export interface KnownRequest {
  readonly fingerprint: Buffer;
  readonly request: JsonText | null;
  readonly reruns: boolean;
  /** Null while it is executed, or when nobody knows how it ended. */
  readonly answer: KeptAnswer | null;
  /** True when the lease of whoever executed it is over. */
  readonly leftBehind: boolean;
}

/** One request in a transaction of the application's, which its answer commits with. */
export interface RequestTransaction {
  /** TypeORM's EntityManager of the transaction. */
  readonly manager: unknown;
  /** Stores the answer and commits; without `keepWork`, what was done since the beginning is undone first. */
  commit(answer: KeptAnswer, keepWork: boolean): Promise<void>;
  /** Leaves nothing behind, not even the key. Never rejects. */
  rollback(): Promise<void>;
}

/** Requests by key. Every write is one guarded statement; throws `Refusal`s as the store of operations does. */
export interface RequestStore {
  find(id: RequestId): Promise<KnownRequest | null>;
  /** Null when somebody else has the key: look again. */
  begin(request: RequestToRun): Promise<RequestHeld | null>;
  /** False when the fence does not match any more. */
  finish(held: RequestHeld, answer: KeptAnswer): Promise<boolean>;
  release(held: RequestHeld): Promise<boolean>;
  renew(held: readonly RequestHeld[], leaseMs: number): Promise<void>;
  /** Deletes what nobody will ask for any more; gives how many there were. */
  forgetExpired(limit: number): Promise<number>;
}
