-- What the archive lacks and what it need not keep any longer, as statements to run: months from the oldest it holds to the
-- next one, and those before. A month of which something lies in the rest already stays there. Nothing, when
-- somebody else purges or keeps the archive just now.
-- Making and dropping a month locks the whole archive for a moment; who reads it for minutes is not waited for, because an
-- erasure would wait behind us.
with mine as materialized (
  select pg_try_advisory_xact_lock(:lock::bigint) as held, set_config('lock_timeout', '200', true)
),
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
  select to_char(m, '_YYYY_MM') as word, m at time zone 'UTC' as begins, (m + interval '1 month') at time zone 'UTC' as ends
    from generate_series(
      {archive-begins} at time zone 'UTC', date_trunc('month', now() at time zone 'UTC') + interval '1 month', '1 month'
    ) m
),
lacking as (
  select t.name || m.word as name,
         format('create table holdfast.%I partition of holdfast.%I for values from (%L) to (%L)',
                t.name || m.word, t.name, m.begins, m.ends) as statement
    from months m
   cross join tables t
   where t.name || m.word not in (select name from there)
     and not exists (
       select from holdfast.operation_archive_rest r where r.finished_at >= m.begins and r.finished_at < m.ends
     )
     and not exists (
       select from holdfast.request_archive_rest r where r.finished_at >= m.begins and r.finished_at < m.ends
     )
),
over as (
  select name, format('drop table holdfast.%I', name) as statement
    from there
   where name ~ '_\d{4}_\d{2}$' and right(name, 8) < (select min(word) from months)
)
select 'make' as what, l.name, l.statement from lacking l cross join mine where mine.held
 union all
select 'drop', o.name, o.statement from over o cross join mine where mine.held
 order by name
