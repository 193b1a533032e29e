-- One stretch of the walk over old operations: those behind the cursor of each shard, oldest first, and which of them are
-- past their replay window. Ids are UUIDv7 and begin with the time of creation, so nothing younger than the shortest
-- window is looked at, and no index on a column that changes is needed. What has expired is locked, so that no resume
-- comes in between; what somebody else has locked is left for the next walk. Only one process walks at a time. `is true`
-- keeps the look into `expired` a hashed sub-plan: as a join it took three quarters of the time of a whole stretch.
-- Nobody waits for what the walk commits, so neither does the disk: creates would wait behind each of its flushes. What a
-- crash takes back is purged again.
with mine as materialized (
  select pg_try_advisory_xact_lock(:lock::bigint) as held, set_config('synchronous_commit', 'off', true)
),
young as materialized (
  select (lpad(to_hex((extract(epoch from now()) * 1000 - :window_min_ms)::bigint), 12, '0') || repeat('0', 20))::uuid
      as id
),
examined as materialized (
  select o.shard, o.id
    from mine
   cross join unnest(:shards::smallint[], :afters::uuid[]) as a (shard, after)
   cross join lateral (
      select p.shard, p.id
        from holdfast.operations p
       where p.shard = a.shard and p.id > a.after and p.id < (select id from young)
       order by p.id
       limit :per_shard::integer
    ) o
   where mine.held
),
expired as (
  select o.shard, o.id
    from examined e
    join holdfast.operations o on o.shard = any (array[e.shard]) and o.id = e.id
   where {past-window}
     for update of o skip locked
)
select m.held, e.shard, e.id, (e.id in (select id from expired)) is true as expired
  from mine m
  left join examined e on true
