import type { ArchiveUpkeep, RetentionStore, RetentionStretch } from '@holdfast/kernel';
import type { DataSource } from 'typeorm';
import { keepMonths } from './retention/archive-months.js';
import { ExpiredWalk } from './retention/expired-walk.js';
import { answered } from './statements/answered.js';
import type { Executor } from './statements/executor.js';
import { executorOf } from './statements/executor-of.js';

/** Purges and forgets on PostgreSQL. Remembers where its walk stands, so a process keeps one of them. */
export class PostgresRetentionStore implements RetentionStore {
  private readonly expired: ExpiredWalk;
  private readonly executor: Executor;

  /** The data source must be initialized; its pool is used and nothing is closed. */
  constructor(private readonly dataSource: DataSource) {
    this.expired = new ExpiredWalk(dataSource);
    this.executor = executorOf(dataSource);
  }

  purgeExpired(windowMinMs: number, archiveMs: number): Promise<RetentionStretch> {
    return answered(this.expired.stretch(windowMinMs, archiveMs));
  }

  keepArchive(archiveMs: number): Promise<ArchiveUpkeep> {
    return answered(keepMonths(this.dataSource, archiveMs));
  }

  async forgetTombstones(tombstoneMs: number, limit: number): Promise<number> {
    const values = { tombstone_ms: tombstoneMs, limit };
    const [row] = await answered(this.executor.run<{ forgotten: number }>('forget-tombstones', values));
    return row?.forgotten ?? 0;
  }
}
