import {
  EXPLAIN_LIMITS,
  type Circumstances,
  type ClaimedOperation,
  type ClaimRequest,
  type Clock,
  type ExplainStore,
  type HeldOperation,
  type HeldState,
  type HistoryStore,
  isRefusal,
  type JoinedTransaction,
  type KeyRecord,
  type LaneTraffic,
  type ListPage,
  type ListQuery,
  type NewOperation,
  type Operation,
  type OperationHistory,
  type Observer,
  type OperationStore,
  type PurgeOutcome,
  type QueuePlace,
  Refusal,
  type RequestToLog,
  type ResumeOutcome,
  type ResumeRequest,
  type SettlementRequest,
  type Slots,
  type SweepStore,
  type Swept,
  type Tombstone,
  systemClock,
  type WorkerRegistration,
  unobserved,
  type WorkerStore,
} from '@holdfast/kernel';
import type { DataSource, EntityManager } from 'typeorm';
import { GROUP_COMMIT_DEFAULTS, GroupCommit } from './batch/group-commit.js';
import { inLockOrder } from './batch/lock-order.js';
import { findCircumstances } from './explain/find-circumstances.js';
import { laneTraffic } from './explain/lane-traffic.js';
import { findHistories } from './history/find-histories.js';
import { logRequests } from './history/log-requests.js';
import { joinTransaction } from './joined/join-transaction.js';
import { cancelOperation, resumeOperation, whyNotResumed } from './operations/control-operations.js';
import { createIntoSlots } from './operations/create-into-slots.js';
import { findByKeys, findOperations, type IdLookup, type KeyLookup } from './operations/find-operations.js';
import { listOperations } from './operations/list-operations.js';
import { eraseArchived, findTombstone, purgeOperation } from './operations/purge-operations.js';
import { poolOf } from './schema/data-source.js';
import { assertMigrated } from './schema/migration-level.js';
import { PostgresStepStore } from './postgres-step-store.js';
import { answered } from './statements/answered.js';
import { failureOf } from './statements/database-error.js';
import type { Executor } from './statements/executor.js';
import { executorOf } from './statements/executor-of.js';
import { expireOperations, loseOperations, loseWorkers } from './sweep/sweep-rows.js';
import { claimOperations, nextDueInMs } from './work/claim-operations.js';
import { QueueWalks } from './work/queue-walk.js';
import { finishOperations, isRequeue, requeueOperations } from './work/settle-operations.js';
import { inspectHeld, type ProgressReport, recordProgress, registerWorker, renewWorker } from './work/worker-rows.js';

/**
 * What a create statement costs beside its rows is large, so a small one does not go beside another; but one that is
 * worth while does, because the service makes the answers to the first while the database stores the second.
 */
const CREATE_COMMIT = { ...GROUP_COMMIT_DEFAULTS, besideMin: 24 };
/** Entries of the request log must not take connections from the requests they are about. */
const LOG_COMMIT = { ...GROUP_COMMIT_DEFAULTS, lanes: 1, waitingMax: 5_000 };
/** A story may be long, so fewer of them come in one answer. */
const STORY_COMMIT = { ...GROUP_COMMIT_DEFAULTS, sizeMax: 20 };

/** The store on PostgreSQL. Knows statements and batches; decides nothing that the lifecycle table decides. */
export class PostgresStore implements OperationStore, HistoryStore, ExplainStore, WorkerStore, SweepStore {
  readonly executor: Executor;
  /** Steps, signals and notes between operations. */
  readonly steps: PostgresStepStore;
  private readonly creates: GroupCommit<NewOperation, Operation | null>;
  private readonly reads: GroupCommit<IdLookup, Operation | null>;
  private readonly keyReads: GroupCommit<KeyLookup, KeyRecord | null>;
  private readonly histories: GroupCommit<IdLookup, OperationHistory | null>;
  private readonly requestLog: GroupCommit<RequestToLog, null>;
  private readonly finishes: GroupCommit<Parameters<typeof finishOperations>[1][number], boolean>;
  private readonly requeues: GroupCommit<Parameters<typeof requeueOperations>[1][number], boolean>;
  private readonly progress: GroupCommit<ProgressReport, boolean>;
  private readonly walks: QueueWalks;
  private readonly offered = new Set<Slots>();

  /** The data source must be initialized; the store uses its pool and closes nothing. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly observer: Observer = unobserved,
    clock: Pick<Clock, 'monotonicMs'> = systemClock,
  ) {
    this.walks = new QueueWalks(clock);
    this.executor = executorOf(dataSource, poolOf(dataSource), observer);
    const { executor } = this;
    this.steps = new PostgresStepStore(dataSource, executor, observer);
    this.creates = new GroupCommit(
      (items) => observer.batch('create', items, () => createIntoSlots(executor, items, this.offered)),
      CREATE_COMMIT,
    );
    this.reads = new GroupCommit((items) => findOperations(executor, items));
    this.keyReads = new GroupCommit((items) => findByKeys(executor, items));
    this.histories = new GroupCommit((items) => findHistories(executor, items), STORY_COMMIT);
    this.requestLog = new GroupCommit((items) => logRequests(executor, items), LOG_COMMIT);
    this.finishes = new GroupCommit((items) =>
      observer.batch('finish', items, () => inLockOrder(items, (sorted) => finishOperations(executor, sorted))),
    );
    this.requeues = new GroupCommit((items) =>
      observer.batch('requeue', items, () => inLockOrder(items, (sorted) => requeueOperations(executor, sorted))),
    );
    this.progress = new GroupCommit((items) => inLockOrder(items, (sorted) => recordProgress(executor, sorted)));
  }

  async create(operation: NewOperation): Promise<Operation | null> {
    try {
      return await this.observer.creation(operation, (observed) => this.creates.submit(observed));
    } catch (error) {
      if (!isRefusal(error) && failureOf(error) === 'blocked') {
        throw new Refusal('idempotency-key-in-flight', undefined, { retryAfterSeconds: 1 }, { cause: error });
      }
      throw error;
    }
  }

  /** Creates through the caller's own transaction; rejects with a TypeError when the manager is in none. */
  join(manager: EntityManager): Promise<JoinedTransaction> {
    return joinTransaction(manager, this);
  }

  find(tenant: string, uuid: string): Promise<Operation | null> {
    return answered(this.reads.submit({ tenant, uuid }));
  }

  findByKey(tenant: string, key: string): Promise<KeyRecord | null> {
    return answered(this.keyReads.submit({ tenant, key }));
  }

  list(query: ListQuery): Promise<ListPage> {
    return answered(listOperations(this.executor, query));
  }

  async cancel(tenant: string, uuid: string): Promise<{ operation: Operation; changed: boolean } | null> {
    const canceled = await answered(cancelOperation(this.executor, tenant, uuid));
    if (canceled) return { operation: canceled, changed: true };
    const operation = await this.find(tenant, uuid);
    return operation && { operation, changed: false };
  }

  async resume(request: ResumeRequest): Promise<{ outcome: ResumeOutcome; operation: Operation } | null> {
    const resumed = await answered(resumeOperation(this.dataSource, request));
    if (resumed) return { outcome: 'resumed', operation: resumed };
    const operation = await this.find(request.tenant, request.uuid);
    if (!operation) return null;
    return { outcome: await answered(whyNotResumed(this.executor, request, operation)), operation };
  }

  purge(tenant: string, uuid: string): Promise<PurgeOutcome> {
    return answered(purgeOperation(this.dataSource, this.executor, tenant, uuid));
  }

  eraseArchived(tenant: string, uuid: string): Promise<boolean> {
    return answered(eraseArchived(this.executor, tenant, uuid));
  }

  findTombstone(tenant: string, uuid: string): Promise<Tombstone | null> {
    return answered(findTombstone(this.executor, tenant, uuid));
  }

  history(tenant: string, uuid: string): Promise<OperationHistory | null> {
    return answered(this.histories.submit({ tenant, uuid }));
  }

  circumstances(tenant: string, uuid: string, request: number | null): Promise<Circumstances | null> {
    return answered(findCircumstances(this.executor, tenant, uuid, request));
  }

  laneTraffic(place: QueuePlace, aheadMax: number = EXPLAIN_LIMITS.ahead): Promise<LaneTraffic> {
    return answered(laneTraffic(this.executor, place, aheadMax));
  }

  async logRequest(request: RequestToLog): Promise<void> {
    await this.requestLog.submit(request);
  }

  ready(): Promise<void> {
    return answered(assertMigrated(this.dataSource));
  }

  register(registration: WorkerRegistration): Promise<void> {
    return answered(registerWorker(this.executor, registration));
  }

  renew(workerId: string, leaseMs: number, finishedBatches: readonly number[]): Promise<boolean> {
    return answered(renewWorker(this.executor, workerId, leaseMs, finishedBatches));
  }

  async retire(workerId: string): Promise<void> {
    await answered(this.executor.run('retire-worker', { worker_id: workerId }));
  }

  offer(slots: Slots): () => void {
    this.offered.add(slots);
    return () => this.offered.delete(slots);
  }

  claim(request: ClaimRequest): Promise<ClaimedOperation[]> {
    return answered(claimOperations(this.executor, this.walks.of(request.lanes), request));
  }

  nextDueInMs(lanes: readonly string[]): Promise<number | null> {
    return answered(nextDueInMs(this.executor, this.walks.of(lanes), lanes));
  }

  settle(request: SettlementRequest): Promise<boolean> {
    if (isRequeue(request)) return this.requeues.submit(request);
    return this.finishes.submit(request as Parameters<typeof finishOperations>[1][number]);
  }

  inspect(held: readonly HeldOperation[]): Promise<HeldState[]> {
    return answered(inspectHeld(this.executor, held));
  }

  recordProgress(held: HeldOperation, progress: string): Promise<boolean> {
    return this.progress.submit({ ...held, progress });
  }

  loseWorkers(): Promise<number> {
    return answered(loseWorkers(this.executor));
  }

  loseOperations(limit: number): Promise<Swept> {
    return answered(loseOperations(this.executor, limit));
  }

  expireOperations(limit: number): Promise<Swept> {
    return answered(expireOperations(this.executor, limit));
  }
}
