import { createDataSource, poolOf, PostgresStore } from '@holdfast/store';
import type { Pool } from 'pg';

/** The real store over a test database, and its pool for a look behind it. */
export interface TestStore {
  readonly store: PostgresStore;
  readonly pool: Pool;
  close(): Promise<void>;
}

export async function openTestStore(url: string): Promise<TestStore> {
  const dataSource = createDataSource({ url, applicationName: 'holdfast test' });
  await dataSource.initialize();
  return { store: new PostgresStore(dataSource), pool: poolOf(dataSource), close: () => dataSource.destroy() };
}
