-- What is before one due operation in its lane, and who could run it. What is before it is counted no further than
-- people care, hopping over the priorities that exist as a claim does, so that a million waiting rows cost nothing more;
-- slots are counted from the claim records of a few workers. Operations are those of every tenant, and only counted.
with recursive ranks as (
  select (select q.rank from holdfast.operation_queue q where q.lane = :lane order by q.rank limit 1) as rank
  union all
  select (select q.rank from holdfast.operation_queue q where q.lane = :lane and q.rank > r.rank order by q.rank limit 1)
    from ranks r
   where r.rank < :rank::smallint
),
ahead as (
  select d.one
    from ranks r
   cross join lateral (
      select 1 as one
        from holdfast.operation_queue q
       where q.lane = :lane and q.rank = r.rank and q.run_at <= now()
       order by q.run_at
       limit :ahead_max::integer
    ) d
   where r.rank < :rank::smallint
  union all
  (select 1
     from holdfast.operation_queue q
    where q.lane = :lane
      and q.rank = :rank::smallint
      and (q.run_at, q.shard, q.id) <
          (timestamptz 'epoch' + :run_at_us::bigint * interval '1 microsecond', :shard::smallint, :id::uuid)
    order by q.run_at, q.shard, q.id
    limit :ahead_max::integer)
  limit :ahead_max::integer
),
live as materialized (
  select w.id, w.concurrency, :type = any(w.types) as knows_type,
         :type = any(w.types) and :lane = any(coalesce(w.lanes, array[:lane])) as knows_lane,
         w.lanes
    from holdfast.workers w
   where w.lost_at is null and w.lease_until >= now()
),
able as materialized (
  select l.id, l.concurrency from live l where l.knows_lane limit :workers_max::integer
),
slots as (
  select a.concurrency, least(a.concurrency, h.held)::integer as held
    from able a
   cross join lateral (
      select count(*) as held
        from (select u.shard, u.id
                from holdfast.operation_claims c
               cross join unnest(c.shards, c.ids) as u (shard, id)
               where c.worker_id = a.id
               limit :claims_max::integer) u
       cross join lateral (
          select from holdfast.operations o
           where o.shard = u.shard and o.id = u.id and o.lease_owner = a.id
           limit 1
        ) o
    ) h
)
select (select count(*)::integer from ahead) as ahead,
       (select count(*)::integer from live) as live,
       (select count(*)::integer from live where knows_type) as know_type,
       (select count(*)::integer from slots) as know_lane,
       (select coalesce(sum(concurrency), 0)::integer from slots) as slots,
       (select coalesce(sum(held), 0)::integer from slots) as held,
       (select array_agg(distinct n.lane)
          from live l
         cross join unnest(l.lanes) as n (lane)
         where split_part(n.lane, '@', 1) = :type) as lanes
