import { LIVE_STATUSES, type RetentionStretch, SHARD_COUNT, TERMINAL_STATUSES } from '@holdfast/kernel';
import type { DataSource } from 'typeorm';
import type { Executor } from '../statements/executor.js';
import { inTransaction } from '../operations/in-transaction.js';
import { type Erased, erase, eraseToArchive } from '../operations/purge-operations.js';
import { RETENTION_LOCK } from './retention-lock.js';

/**
 * What one stretch looks at: so many shards, and so many operations of each. Where there is something to erase, little at
 * a time, because who creates meanwhile waits for what is under way: on two cores with nothing else to do the p99 of
 * creates was 1.3 times the quiet one with 16 at a time, 1.6 with 32, 1.6 to 3.3 with a thousand. Where there is nothing to
 * erase, more at once is cheaper.
 */
const PIECE = { erasing: { shards: 16, perShard: 1 }, looking: { shards: SHARD_COUNT, perShard: 4 } } as const;
const ALL_SHARDS: readonly number[] = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
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
  private piece: (typeof PIECE)[keyof typeof PIECE] = PIECE.erasing;
  private readonly afters: string[] = ALL_SHARDS.map(() => START);
  /** Shards that may have more, in the order of their turns: none is much further than the others. */
  private waiting = [...ALL_SHARDS];

  constructor(private readonly dataSource: DataSource) {}

  async stretch(windowMinMs: number, archiveMs: number): Promise<RetentionStretch> {
    const shards = this.waiting.slice(0, this.piece.shards);
    const { rows, purged } = await inTransaction(this.dataSource, async (executor) => {
      const examined = await executor.run<ExaminedRow>('lock-expired', {
        lock: RETENTION_LOCK,
        window_min_ms: windowMinMs,
        shards,
        afters: shards.map((shard) => this.afters[shard]),
        per_shard: this.piece.perShard,
        terminal: TERMINAL_STATUSES,
        live: LIVE_STATUSES,
      });
      const expired = examined.flatMap(({ shard, id, expired: is }) => (shard !== null && is ? [{ shard, id }] : []));
      return { rows: examined, purged: await this.erase(executor, expired, archiveMs) };
    });
    const mine = rows[0]?.held ?? false;
    const ended = this.moveOn(shards, rows) || !mine;
    this.piece = purged.length > 0 || ended ? PIECE.erasing : PIECE.looking;
    if (ended) this.beginAgain();
    return {
      mine,
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

  /** Sets the cursors behind what was seen, and the shards that may have more behind the others; true when none may. */
  private moveOn(shards: readonly number[], rows: readonly ExaminedRow[]): boolean {
    const seen = new Map<number, number>();
    for (const { shard, id } of rows) {
      if (shard === null) continue;
      seen.set(shard, (seen.get(shard) ?? 0) + 1);
      if (id > (this.afters[shard] as string)) this.afters[shard] = id;
    }
    const full = shards.filter((shard) => (seen.get(shard) ?? 0) >= this.piece.perShard);
    this.waiting = [...this.waiting.slice(shards.length), ...full];
    return this.waiting.length === 0;
  }

  private beginAgain(): void {
    this.afters.fill(START);
    this.waiting = [...ALL_SHARDS];
  }
}
