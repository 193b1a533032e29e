/** What one stretch of the walk over old operations came to. */
export interface RetentionStretch {
  /** False when another process walks just now; nothing was done then. */
  readonly mine: boolean;
  /** Operations looked at. */
  readonly examined: number;
  /** Operations erased, their keys left as tombstones. */
  readonly purged: number;
  /** True when the walk has come to its end; the next stretch begins a new one. */
  readonly ended: boolean;
}

/** The store's side of the windows of CONTRACT §5: bounded stretches, decided by database time. */
export interface RetentionStore {
  /**
   * Purges some of what is past its replay window. `windowMinMs` is the shortest window of any type: nothing younger is
   * looked at.
   */
  purgeExpired(windowMinMs: number): Promise<RetentionStretch>;
  /** Forgets at most `limit` tombstones that are older than `tombstoneMs`; gives their number. */
  forgetTombstones(tombstoneMs: number, limit: number): Promise<number>;
}
