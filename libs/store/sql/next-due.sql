-- Milliseconds until the first operation of these lanes is due; null when none waits.
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
)
select extract(epoch from min(d.run_at) - now())::float8 * 1000 as due_in_ms
  from lanes l
 cross join lateral (
    select q.run_at
      from holdfast.operation_queue q
     where q.lane = l.lane and q.rank = l.rank
     order by q.run_at
     limit 1
  ) d
