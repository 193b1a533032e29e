-- Every worker that was not declared lost, and for how long its heart has not beaten.
select name, types, concurrency, lease_until > now() as holds,
       extract(epoch from now() - renewed_at)::float8 * 1000 as silent_ms
  from holdfast.workers
 where lost_at is null
 order by name
