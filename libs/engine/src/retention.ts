import {
  type ArchiveUpkeep,
  type Observer,
  type RetentionStore,
  type TypeRegistry,
  unobserved,
} from '@holdfast/kernel';

/** Tombstones that one statement forgets at most, so that none holds locks for long. */
const TOMBSTONES = 500;

export interface RetentionReport {
  readonly purged: number;
  readonly archived: number;
  readonly forgotten: number;
  /** Operations that were looked at and stay. */
  readonly kept: number;
  /** True when there may be more to do at once. */
  readonly more: boolean;
}

export interface RetentionSettings {
  /** Replay window of types that do not tell one, in ms. */
  readonly replayWindowMs: number;
  /** How long a purged key is remembered, in ms; at least as long as the longest replay window. */
  readonly tombstoneMs: number;
  /** How long after its end a purged operation is kept in the archive, in ms; 0 for not at all. */
  readonly archiveMs: number;
}

/**
 * Ends what CONTRACT §5 gives an end: an operation is purged when its replay window is over, its tombstone is forgotten
 * when that has lived long enough. Any process may run it; one at a time does.
 */
export class Retention {
  constructor(
    private readonly store: RetentionStore,
    private readonly types: TypeRegistry,
    private readonly settings: RetentionSettings,
    private readonly observer: Pick<Observer, 'retired'> = unobserved,
  ) {}

  /**
   * Gives the archive its months, for the beginning of a walk. When it fails, the walk goes on all the same; when
   * nothing is archived, what an earlier setting has archived stays.
   */
  async keepArchive(): Promise<ArchiveUpkeep> {
    const { archiveMs } = this.settings;
    return archiveMs > 0 ? this.store.keepArchive(archiveMs) : { made: 0, dropped: 0 };
  }

  /** One bounded piece of work. */
  async run(): Promise<RetentionReport> {
    const { replayWindowMs, tombstoneMs, archiveMs } = this.settings;
    const windowsMs = [replayWindowMs, ...[...this.types.values()].map((type) => type.replayWindowMs)];
    const stretch = await this.store.purgeExpired(Math.min(...windowsMs), archiveMs);
    // What a client erased early is still within its window: its key must not run again there, however short the setting.
    const rememberedMs = Math.max(tombstoneMs, ...windowsMs);
    const forgotten = stretch.mine ? await this.store.forgetTombstones(rememberedMs, TOMBSTONES) : 0;
    const { purged, archived } = stretch;
    this.observer.retired({ purged, archived, forgotten });
    return {
      purged,
      archived,
      forgotten,
      kept: stretch.examined - purged,
      more: stretch.mine && (!stretch.ended || forgotten === TOMBSTONES),
    };
  }
}
