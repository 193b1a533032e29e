-- Takes due operations for a worker: highest priority first, then oldest due time. `lanes` finds the (lane, priority)
-- pairs that exist by hopping over the index, so types and versions nobody here knows and operations that are not due yet cost
-- nothing. Deleting the queue row and moving the operation is one statement; a queue row whose operation has moved on
-- is only deleted. The materialized CTE holds the limit under every plan.
with recursive lanes as (
  select t.lane,
         (select q.rank from holdfast.operation_queue q where q.lane = t.lane order by q.rank limit 1) as rank
    from unnest(:lanes::text[]) as t (lane)
  union all
  select l.lane,
         (select q.rank from holdfast.operation_queue q
           where q.lane = l.lane and q.rank > l.rank order by q.rank limit 1)
    from lanes l
   where l.rank is not null
),
due as materialized (
  select d.rank, d.run_at, d.shard, d.id, d.place
    from lanes l
   cross join lateral (
      select q.rank, q.run_at, q.shard, q.id, q.ctid as place
        from holdfast.operation_queue q
       where q.lane = l.lane and q.rank = l.rank and q.run_at <= now()
       order by q.run_at, q.shard, q.id
       limit :limit::integer
         for update skip locked
    ) d
   where l.rank is not null
   order by d.rank, d.run_at, d.shard, d.id
   limit :limit::integer
),
{take-due}
