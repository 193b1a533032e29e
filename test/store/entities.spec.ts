import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDataSource, ENTITIES, OperationEntity, poolOf } from '@holdfast/store';
import { seedRow, testDatabase } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

let dataSource: DataSource;

beforeAll(async () => {
  const { url } = await testDatabase();
  dataSource = await createDataSource({ url, poolMax: 2 }).initialize();
});

afterAll(() => dataSource.destroy());

describe('the read models', () => {
  test.each(ENTITIES.map((entity) => ({ name: entity.name, entity })))(
    '$name has exactly the columns of its table, with their types and nullability',
    async ({ entity }) => {
      const metadata = dataSource.getMetadata(entity);
      const { rows } = await poolOf(dataSource).query<{ name: string; type: string; nullable: boolean }>(
        `select a.attname as name, format_type(a.atttypid, null) as type, not a.attnotnull as nullable
           from pg_attribute a
          where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
        [`holdfast.${metadata.tableName}`],
      );
      const columns = metadata.columns.map((column) => ({
        name: column.databaseName,
        type: `${String(column.type)}${column.isArray ? '[]' : ''}`.replace('timestamptz', 'timestamp with time zone'),
        nullable: column.isNullable,
      }));
      const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
      expect(columns.sort(byName)).toEqual(rows.sort(byName));
    },
  );

  test('read a row through TypeORM', async () => {
    const row = await seedRow(poolOf(dataSource), { status: 'succeeded', result: { n: 1 } });
    const found = await dataSource.getRepository(OperationEntity).findOneByOrFail({ shard: row.shard, id: row.uuid });
    expect(found).toMatchObject({ status: 'succeeded', tenant: row.tenant, idempotencyKey: row.key, result: { n: 1 } });
  });
});
