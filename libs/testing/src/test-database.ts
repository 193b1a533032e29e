import { type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

/** Nobody needs these data after the test, so nothing waits for a disk. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '64MB' };

/** A PostgreSQL server in a temporary folder, which goes with it. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), `holdfast-testing-${process.pid}-`));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  let server: EmbeddedServer;
  try {
    server = await startEmbeddedPostgres({ dataDir: folder, settings: FAST });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await remove();
    },
  };
}
