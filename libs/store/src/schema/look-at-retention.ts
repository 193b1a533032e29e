import {
  type ArchiveSize,
  dryRunArchive,
  dryRunRetention,
  type RetentionDryRun,
  sizeOfArchive,
} from '../retention/retention-figures.js';
import { Executor } from '../statements/executor.js';
import { estimateKeys, type KeyEstimates } from '../workload/workload.js';
import { withClient } from './with-client.js';

/** The windows a dry run goes by, in ms: what the service was started with. */
export interface RetentionWindows {
  readonly tombstoneMs: number;
  /** 0 where nothing is archived. */
  readonly archiveMs: number;
}

/** What is kept, and what the next sweep would take away, for a person who asks. */
export interface RetentionReport {
  readonly keys: KeyEstimates;
  readonly next: RetentionDryRun;
  readonly archive: ArchiveSize;
  /** Tables of months that would be made, and dropped. */
  readonly months: { readonly make: readonly string[]; readonly drop: readonly string[] };
}

/** Looks at keys, windows and archive of the database at `url`; changes nothing. Throws the driver's error. */
export function lookAtRetention(url: string, { tombstoneMs, archiveMs }: RetentionWindows): Promise<RetentionReport> {
  return withClient(url, 'holdfast doctor', async (client) => {
    const executor = new Executor(client, { prepare: false });
    const changes = archiveMs > 0 ? await dryRunArchive(executor, archiveMs) : [];
    const named = (wanted: 'make' | 'drop') => changes.filter(({ what }) => what === wanted).map(({ name }) => name);
    return {
      keys: await estimateKeys(executor),
      next: await dryRunRetention(executor, tombstoneMs),
      archive: await sizeOfArchive(executor),
      months: { make: named('make'), drop: named('drop') },
    };
  });
}
