import type { ArchiveUpkeep } from '@holdfast/kernel';
import type { DataSource } from 'typeorm';
import { inTransaction } from '../operations/in-transaction.js';
import { RETENTION_LOCK } from './retention-lock.js';

/** Rows of the rest that one walk deletes at most. */
const REST_MAX = 500;

/** A table of a month that the archive lacks, or need not keep. */
export interface MonthToChange {
  readonly what: 'make' | 'drop';
  /** `operation_archive_2026_11` */
  readonly name: string;
  readonly statement: string;
}

/** Makes the tables of the months the archive needs and drops those it need not keep, all of them or none. */
export function keepMonths(dataSource: DataSource, archiveMs: number): Promise<ArchiveUpkeep> {
  return inTransaction(dataSource, async (executor) => {
    const changes = await executor.runUnprepared<MonthToChange>('archive-upkeep', {
      lock: RETENTION_LOCK,
      archive_ms: archiveMs,
    });
    for (const { statement } of changes) await executor.define(statement);
    await executor.run('empty-rest', { archive_ms: archiveMs, limit: REST_MAX });
    const count = (wanted: MonthToChange['what']) => changes.filter(({ what }) => what === wanted).length;
    return { made: count('make'), dropped: count('drop') };
  });
}
