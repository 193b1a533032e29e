-- How much the archive holds, by the counters of PostgreSQL's statistics and the size of its files; what lies in the rest
-- is counted, up to a limit, because there should be nothing.
with parts as (
  select c.oid, c.relname as name, i.inhparent = 'holdfast.operation_archive'::regclass as of_operations
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
   where i.inhparent in ('holdfast.operation_archive'::regclass, 'holdfast.request_archive'::regclass)
)
select (count(*) filter (where of_operations and name not like '%\_rest'))::integer as months,
       coalesce(sum(pg_stat_get_live_tuples(oid)) filter (where of_operations), 0)::float8 as operations,
       coalesce(sum(pg_total_relation_size(oid)), 0)::float8 as bytes,
       (select count(*) from (select from holdfast.operation_archive_rest limit :rest_max::integer) r)::integer as in_rest
  from parts
