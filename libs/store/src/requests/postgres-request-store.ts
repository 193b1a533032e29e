import {
  isRefusal,
  type KeptAnswer,
  type KnownRequest,
  type RequestHeld,
  type RequestId,
  type RequestStore,
  type RequestToRun,
} from '@holdfast/kernel';
import type { DataSource } from 'typeorm';
import { GroupCommit } from '../batch/group-commit.js';
import { answered } from '../statements/answered.js';
import { failureOf } from '../statements/database-error.js';
import type { Executor } from '../statements/executor.js';
import { executorOf } from '../statements/executor-of.js';
import {
  beginRequests,
  findRequests,
  finishRequests,
  releaseRequests,
  renewRequests,
  type RequestAnswered,
} from './request-rows.js';

/** Requests by key on PostgreSQL. Requests of many callers share their statements. */
export class PostgresRequestStore implements RequestStore {
  private readonly executor: Executor;
  private readonly begins: GroupCommit<RequestToRun, RequestHeld | null>;
  private readonly finds: GroupCommit<RequestId, KnownRequest | null>;
  private readonly finishes: GroupCommit<RequestAnswered, boolean>;
  private readonly releases: GroupCommit<RequestHeld, boolean>;

  /** The data source must be initialized; the store uses its pool and closes nothing. */
  constructor(dataSource: DataSource) {
    const executor = executorOf(dataSource);
    this.executor = executor;
    this.begins = new GroupCommit((items) => beginRequests(executor, items));
    this.finds = new GroupCommit((items) => findRequests(executor, items));
    this.finishes = new GroupCommit((items) => finishRequests(executor, items));
    this.releases = new GroupCommit((items) => releaseRequests(executor, items));
  }

  find(id: RequestId): Promise<KnownRequest | null> {
    return answered(this.finds.submit(id));
  }

  async begin(request: RequestToRun): Promise<RequestHeld | null> {
    try {
      return await this.begins.submit(request);
    } catch (error) {
      // A transaction that is not decided yet has the key, and so has somebody else.
      if (!isRefusal(error) && failureOf(error) === 'blocked') return null;
      return answered(Promise.reject(error as Error));
    }
  }

  finish(held: RequestHeld, answer: KeptAnswer): Promise<boolean> {
    return answered(this.finishes.submit({ ...held, answer }));
  }

  release(held: RequestHeld): Promise<boolean> {
    return answered(this.releases.submit(held));
  }

  renew(held: readonly RequestHeld[], leaseMs: number): Promise<void> {
    return answered(renewRequests(this.executor, held, leaseMs));
  }

  async forgetExpired(limit: number): Promise<number> {
    return (await answered(this.executor.run('forget-requests', { limit }))).length;
  }
}
