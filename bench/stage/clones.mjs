import { shardOf } from '@holdfast/kernel';

/** Rows of one statement: more would keep a transaction open for minutes. */
const CHUNK = 500_000;

/**
 * Fills the tables with copies of the one operation that is there, each with a key, a shard and an id of its own, as the
 * service makes them. Reads from the catalogue which tables and columns there are, so that it outlives their changes.
 *
 * @param {import('./database.mjs').Database} database
 * @param {number} count
 */
export async function cloneOperation(database, count) {
  const [seed] = await database.query('select shard, id, tenant from holdfast.operations');
  for (const table of await tablesOf(database, seed)) {
    for (let from = 1; from <= count; from += CHUNK) {
      await database.query(table.text, [from, shardsOf(seed.tenant, from, Math.min(count, from + CHUNK - 1))]);
    }
  }
  await database.query('vacuum (analyze)');
}

/**
 * The shards of the keys from one number to another, as an array literal.
 *
 * @param {string} tenant @param {number} from @param {number} to
 */
function shardsOf(tenant, from, to) {
  return `{${Array.from({ length: to - from + 1 }, (_, index) => shardOf(tenant, `grown-${from + index}`)).join(',')}}`;
}

/**
 * Every table that holds something of this operation, with the statement that multiplies it.
 *
 * @param {import('./database.mjs').Database} database @param {{ shard: number, id: string }} seed
 */
async function tablesOf(database, { shard, id }) {
  const columns = await database.query(
    `select table_name as table, array_agg(column_name::text) as names
       from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where table_schema = 'holdfast' and table_type = 'BASE TABLE' and is_generated = 'NEVER'
      group by table_name`,
  );
  const found = [];
  for (const { table, names } of columns) {
    const owner = names.includes('operation_id') ? 'operation_id' : 'id';
    if (!names.includes('shard') || !names.includes(owner)) continue;
    const from = `holdfast.${table} where shard = ${shard} and ${owner} = '${id}'`;
    const [{ n }] = await database.query(`select count(*)::int as n from ${from}`);
    if (n > 0) found.push({ table, text: multiplied(table, names, owner, from) });
  }
  return found;
}

/** @param {string} table @param {string[]} names @param {string} owner @param {string} from */
function multiplied(table, names, owner, from) {
  const own = new Map([
    ['shard', 'made.shard'],
    [owner, 'made.id'],
    ['key', 'made.key'],
    ['idempotency_key', 'made.key'],
  ]);
  const values = names.map((name) => own.get(name) ?? `seed.${name}`);
  return `with seed as (select * from ${from}),
    sharded as (
      select $1::int + at - 1 as n, 'grown-' || $1::int + at - 1 as key, shard
        from unnest($2::smallint[]) with ordinality as s (shard, at)
    ),
    made as (
      select key, shard,
             (lpad(to_hex(1750000000000 + n), 12, '0') || '7' || substr(md5(key), 1, 3) || '8' || substr(md5(key), 4, 13)
              || lpad(to_hex(shard::integer), 2, '0'))::uuid as id
        from sharded
    )
    insert into holdfast.${table} (${names.join(', ')})
    select ${values.join(', ')} from seed cross join made`;
}
