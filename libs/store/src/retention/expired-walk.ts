import { LIVE_STATUSES, type RetentionStretch, SHARD_COUNT, TERMINAL_STATUSES } from '@holdfast/kernel';
import type { DataSource } from 'typeorm';
import type { Executor } from '../statements/executor.js';
import { inTransaction } from '../operations/in-transaction.js';
import { type Erased, erase, eraseToArchive } from '../operations/purge-operations.js';
import { RETENTION_LOCK } from './retention-lock.js';

/**
 * Operations of one shard in one stretch, of 256 shards. A commit that erases a thousand operations holds up every other
 * commit while its log is written: create p99 was 10 ms in place of 4. So few are erased at once, and
 * where there was nothing to erase, more are looked at.
 */
const PER_SHARD = { erasing: 1, looking: 4 } as const;
const START = '00000000-0000-0000-0000-000000000000';

interface ExaminedRow {
  readonly held: boolean;
  readonly shard: number | null;
  readonly id: string;
  readonly expired: boolean;
}

/**
 * Walks over the operations of all shards from the oldest to the shortest replay window, stretch by stretch, and erases
 * what has expired. Where it stands is remembered by this process alone: another one begins at the start, which costs a
 * second look and nothing else.
 */
export class ExpiredWalk {
  private perShard: number = PER_SHARD.erasing;
  private readonly afters: string[] = Array.from({ length: SHARD_COUNT }, () => START);

  constructor(private readonly dataSource: DataSource) {}

  async stretch(windowMinMs: number, archiveMs: number): Promise<RetentionStretch> {
    const { rows, purged } = await inTransaction(this.dataSource, async (executor) => {
      const examined = await executor.runUnprepared<ExaminedRow>('lock-expired', {
        lock: RETENTION_LOCK,
        window_min_ms: windowMinMs,
        shards: this.afters.map((_, shard) => shard),
        afters: this.afters,
        per_shard: this.perShard,
        terminal: TERMINAL_STATUSES,
        live: LIVE_STATUSES,
      });
      const expired = examined.flatMap(({ shard, id, expired: is }) => (shard !== null && is ? [{ shard, id }] : []));
      return { rows: examined, purged: await this.erase(executor, expired, archiveMs) };
    });
    const fullShards = this.moveOn(rows);
    const ended = fullShards === 0;
    this.perShard = purged.length > 0 || ended ? PER_SHARD.erasing : PER_SHARD.looking;
    if (ended) this.afters.fill(START);
    return {
      mine: rows[0]?.held ?? false,
      examined: rows.filter((row) => row.shard !== null).length,
      purged: purged.length,
      archived: purged.filter(({ archived }) => archived).length,
      ended,
    };
  }

  private async erase(
    executor: Executor,
    expired: readonly { readonly shard: number; readonly id: string }[],
    archiveMs: number,
  ): Promise<Erased[]> {
    if (expired.length === 0) return [];
    return archiveMs > 0 ? eraseToArchive(executor, expired, archiveMs) : erase(executor, expired);
  }

  /** Sets the cursors behind what was seen; gives the number of shards that may have more. */
  private moveOn(rows: readonly ExaminedRow[]): number {
    const seen = new Map<number, number>();
    for (const { shard, id } of rows) {
      if (shard === null) continue;
      seen.set(shard, (seen.get(shard) ?? 0) + 1);
      if (id > (this.afters[shard] as string)) this.afters[shard] = id;
    }
    return [...seen.values()].filter((count) => count >= this.perShard).length;
  }
}
