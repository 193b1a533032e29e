-- What waits in each lane, since when it is due, and whether a living worker takes it. Looks at all that is due, so it is
-- for people who ask, not for programs that poll.
select q.lane,
       count(*)::float8 as due,
       extract(epoch from now() - min(q.run_at))::float8 * 1000 as overdue_ms,
       exists (select from holdfast.workers w
                where w.lost_at is null and w.lease_until > now()
                  and split_part(q.lane, '@', 1) = any(w.types)
                  and q.lane = any(coalesce(w.lanes, array[q.lane]))) as served
  from holdfast.operation_queue q
 where q.run_at <= now()
 group by q.lane
 order by min(q.run_at)
