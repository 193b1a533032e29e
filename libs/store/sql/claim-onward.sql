-- The same from where this process claimed last in each (lane, rank): while a transaction stays open anywhere in the
-- database, the entries that claims have deleted remain in the index, and a claim from the beginning walks all of them
-- again. What comes in before a mark is found by the next claim from the beginning.
with marks as materialized (
  select *
    from unnest(
      :mark_lanes::text[], :ranks::smallint[], :run_ats::timestamptz[], :shards::smallint[], :ids::uuid[]
    ) as m (lane, rank, run_at, shard, id)
),
due as materialized (
  select d.rank, d.run_at, d.shard, d.id, d.place
    from marks m
   cross join lateral (
      select q.rank, q.run_at, q.shard, q.id, q.ctid as place
        from holdfast.operation_queue q
       where q.lane = m.lane and q.rank = m.rank and q.run_at <= now()
         and (q.run_at, q.shard, q.id) > (m.run_at, m.shard, m.id)
       order by q.run_at, q.shard, q.id
       limit :limit::integer
         for update skip locked
    ) d
   order by d.rank, d.run_at, d.shard, d.id
   limit :limit::integer
),
{take-due}
