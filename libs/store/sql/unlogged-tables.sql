-- Tables of ours that PostgreSQL empties after a crash.
select c.relname as name
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = 'holdfast' and c.relkind in ('r', 'p') and c.relpersistence <> 'p'
 order by c.relname
