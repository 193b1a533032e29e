-- What a walk would take away if it began now, in bounded time and without a lock: of the oldest operations of each shard
-- those past their window, and how long the first has been; and tombstones, up to a limit. What is locked elsewhere is
-- counted here and left alone by the walk.
with examined as materialized (
  select o.*
    from unnest(:shards::smallint[]) as s (shard)
   cross join lateral (
      select p.shard, p.id from holdfast.operations p where p.shard = s.shard order by p.id limit :per_shard::integer
    ) o
),
expired as (
  select o.finished_at + o.replay_window_ms * interval '1 millisecond' as since
    from examined e
    join holdfast.operations o on o.shard = any (array[e.shard]) and o.id = e.id
   where {past-window}
),
forgettable as (
  select from holdfast.idempotency_keys k
   where k.purged_at <= now() - :tombstone_ms::bigint * interval '1 millisecond'
   limit :tombstones_max::integer
)
select (select count(*) from examined)::integer as examined,
       (select count(*) from expired)::integer as purgeable,
       (select coalesce(extract(epoch from now() - min(since)), 0) * 1000 from expired)::float8 as overdue_ms,
       (select count(*) from forgettable)::integer as forgettable
