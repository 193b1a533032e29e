-- How many keys there are, by the counters of PostgreSQL's statistics and a sample of at most some thousand pages: no
-- count of big tables. Expired are those of operations whose replay window is over and that are not purged yet.
with sample as (
  select count(*) as seen,
         count(*) filter (where o.finished_at + o.replay_window_ms * interval '1 millisecond' < now()) as expired
    from holdfast.operations o
         tablesample system ((
           select least(100, 100.0 * :pages::integer / greatest(1, pg_relation_size('holdfast.operations') / 8192))
         ))
)
select greatest(0, pg_stat_get_live_tuples('holdfast.idempotency_keys'::regclass)
                   - pg_stat_get_live_tuples('holdfast.operation_tombstones'::regclass))::float8 as kept,
       pg_stat_get_live_tuples('holdfast.operation_tombstones'::regclass)::float8 as tombstoned,
       (sample.expired::float8 / greatest(1, sample.seen)) as expired_share
  from sample
