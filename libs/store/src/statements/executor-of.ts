import { type Observer, unobserved } from '@holdfast/kernel';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { isPooled, poolOf } from '../schema/data-source.js';
import { Executor } from './executor.js';

/** Runs statements on a data source's pool, or on one connection of it: prepared, unless a pooler is in between. */
export function executorOf(
  dataSource: DataSource,
  on: Pool | PoolClient = poolOf(dataSource),
  observer: Pick<Observer, 'statement'> = unobserved,
): Executor {
  return new Executor(on, { prepare: !isPooled(dataSource) }, observer);
}
