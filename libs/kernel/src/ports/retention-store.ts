/** What one stretch of the walk over old operations came to. */
export interface RetentionStretch {
  /** False when another process walks just now; nothing was done then. */
  readonly mine: boolean;
  /** Operations looked at. */
  readonly examined: number;
  /** Operations erased, their keys left as tombstones. */
  readonly purged: number;
  /** Of those, how many the archive has now. */
  readonly archived: number;
  /** True when the walk has come to its end; the next stretch begins a new one. */
  readonly ended: boolean;
}

/** Months of the archive that came and went. */
export interface ArchiveUpkeep {
  readonly made: number;
  readonly dropped: number;
}

/** The store's side of the windows of CONTRACT §5: bounded stretches, decided by database time. */
export interface RetentionStore {
  /**
   * Purges some of what is past its replay window. `windowMinMs` is the shortest window of any type: nothing younger is
   * looked at. What has ended within the last `archiveMs` leaves in the archive what is of use for analysis; 0 archives
   * nothing.
   */
  purgeExpired(windowMinMs: number, archiveMs: number): Promise<RetentionStretch>;
  /**
   * Makes the months that the archive needs, up to the next one, and drops those that ended more than `archiveMs` ago.
   * Does nothing while somebody else purges. What is purged before its month was made is archived all the same.
   */
  keepArchive(archiveMs: number): Promise<ArchiveUpkeep>;
  /** Forgets at most `limit` tombstones that are older than `tombstoneMs`; gives their number. */
  forgetTombstones(tombstoneMs: number, limit: number): Promise<number>;
}
