import type { ClaimedOperation, SettlementRequest } from '../operation/settlement.js';
import type { Slots } from './slots.js';

export interface WorkerRegistration {
  /** Chosen by the worker and never used again, so that a lost worker cannot be taken for its successor. */
  readonly workerId: string;
  /** Host and process, for people. */
  readonly name: string;
  readonly types: readonly string[];
  /** The same, version by version: see `laneOf`. */
  readonly lanes: readonly string[];
  readonly concurrency: number;
  readonly leaseMs: number;
}

export interface ClaimRequest {
  readonly workerId: string;
  /** What the worker can run: see `laneOf`. */
  readonly lanes: readonly string[];
  readonly limit: number;
  /** Number of this batch, unique for the worker: names the record of what the worker holds. */
  readonly batch: number;
  /** Batches of which nothing is held any more; their records go. */
  readonly finishedBatches: readonly number[];
}

export interface HeldOperation {
  readonly uuid: string;
  readonly shard: number;
  readonly fence: number;
}

/** What became of a held operation behind the worker's back. */
export interface HeldState {
  readonly uuid: string;
  readonly fence: number;
  /** False when the operation is no longer running under this fence: nothing more may be written for it. */
  readonly held: boolean;
  readonly cancelRequested: boolean;
}

/** The worker's side of the store. Every write for an operation matches its status and its fence. */
export interface WorkerStore {
  register(registration: WorkerRegistration): Promise<void>;
  /** Extends the lease of everything the worker holds; false when the worker has been declared lost. */
  renew(workerId: string, leaseMs: number, finishedBatches: readonly number[]): Promise<boolean>;
  /** Says good-bye: the worker holds nothing any more. */
  retire(workerId: string): Promise<void>;
  claim(request: ClaimRequest): Promise<ClaimedOperation[]>;
  /** From now on, operations are created into these slots while they are free; the returned function ends that. */
  offer(slots: Slots): () => void;
  /** Ms until the next operation of these lanes is due: 0 when one is due now, null when there is none. */
  nextDueInMs(lanes: readonly string[]): Promise<number | null>;
  /** Ends the attempt. False when the fence did not match: the operation belongs to somebody else by now. */
  settle(request: SettlementRequest): Promise<boolean>;
  inspect(held: readonly HeldOperation[]): Promise<HeldState[]>;
  /** Stores progress (JSON text) of a held operation; false when the fence did not match. */
  recordProgress(held: HeldOperation, progress: string): Promise<boolean>;
}
