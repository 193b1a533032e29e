tables as (
  select c.oid, c.relname as name from pg_class c where c.oid = any(array[
    'holdfast.operation_archive'::regclass, 'holdfast.request_archive'::regclass
  ])
),
there as materialized (
  select c.relname as name
    from tables t
    join pg_inherits i on i.inhparent = t.oid
    join pg_class c on c.oid = i.inhrelid
),
months as (
  select to_char(m, '_YYYY_MM') as word,
         m at time zone 'UTC' as begins,
         (m + interval '1 month') at time zone 'UTC' as ends
    from generate_series(
           date_trunc('month', (now() - :archive_ms::bigint * interval '1 millisecond') at time zone 'UTC'),
           date_trunc('month', now() at time zone 'UTC') + interval '1 month',
           '1 month'
         ) m
),
lacking as (
  select t.name || m.word as name,
         format('create table if not exists holdfast.%I partition of holdfast.%I for values from (%L) to (%L)',
                t.name || m.word, t.name, m.begins, m.ends) as statement
    from months m
   cross join tables t
   where t.name || m.word not in (select name from there)
     and (select count(*) from (
            select from holdfast.operation_archive_rest r
             where r.finished_at >= m.begins and r.finished_at < m.ends limit 1
          ) one) = 0
     and (select count(*) from (
            select from holdfast.request_archive_rest r
             where r.finished_at >= m.begins and r.finished_at < m.ends limit 1
          ) one) = 0
),
over as (
  select name, format('drop table if exists holdfast.%I', name) as statement
    from there
   where name ~ '_\d{4}_\d{2}$' and right(name, 8) < (select min(word) from months)
),
changes as (
  select 'make' as what, name, statement from lacking
   union all
  select 'drop', name, statement from over
)
