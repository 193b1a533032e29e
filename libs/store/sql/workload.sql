-- What is due by type, how long the oldest has been due, and how many workers live. Never walks a big queue: it hops
-- over the index from one (lane, priority) to the next, looks at the first entry of each, and counts up to a
-- limit that all of them share evenly.
with recursive hops as (
  (select q.lane, q.rank from holdfast.operation_queue q order by q.lane, q.rank limit 1)
  union all
  select n.lane, n.rank
    from hops h
   cross join lateral (
      select q.lane, q.rank
        from holdfast.operation_queue q
       where (q.lane, q.rank) > (h.lane, h.rank)
       order by q.lane, q.rank
       limit 1
    ) n
),
lanes as materialized (
  select h.lane, h.rank,
         (select q.run_at from holdfast.operation_queue q
           where q.lane = h.lane and q.rank = h.rank order by q.run_at limit 1) as oldest
    from hops h
   limit :lanes_max::integer
),
counted as (
  select d.lane, count(*)::integer as due
    from (
      select l.lane
        from lanes l
       cross join lateral (
          select from holdfast.operation_queue q
           where q.lane = l.lane and q.rank = l.rank and q.run_at <= now()
           limit (select greatest(:share_min::integer, :due_max::integer / greatest(1, count(*))) from lanes)
        ) q
       where l.oldest <= now()
    ) d
   group by d.lane
),
live as (
  select count(*)::integer as workers
    from (select from holdfast.workers where lost_at is null and lease_until > now() limit :workers_max::integer) w
)
select split_part(l.lane, '@', 1) as type,
       coalesce(max(c.due), 0)::integer as due,
       greatest(0, extract(epoch from now() - min(l.oldest))::float8 * 1000) as oldest_due_for_ms,
       live.workers
  from live
  left join lanes l on true
  left join counted c on c.lane = l.lane
 group by l.lane, live.workers
