-- What a schema is made of, in words that two schemas can be compared by: columns, indexes and constraints of its
-- tables. Not-null is told with its column, because only newer servers keep it as a constraint, too. Partitions come and go,
-- and are made like their table.
with tables as (
  select c.oid, c.relname
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = :schema::text and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migrations'
),
objects as (
  select 'column' as kind, t.relname || '.' || a.attname as name,
         format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
           || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as definition
    from tables t
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  union all
  select 'index', i.relname, pg_get_indexdef(x.indexrelid) || case when x.indisvalid then '' else ' (invalid)' end
    from tables t
    join pg_index x on x.indrelid = t.oid
    join pg_class i on i.oid = x.indexrelid
  union all
  select 'constraint', t.relname || '.' || k.conname, pg_get_constraintdef(k.oid)
    from tables t
    join pg_constraint k on k.conrelid = t.oid and k.contype <> 'n'
)
select kind, name, replace(definition, :schema::text || '.', '') as definition from objects order by kind, name
