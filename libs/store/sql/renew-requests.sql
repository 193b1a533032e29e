-- The heartbeat of one process over all requests it is executing.
update holdfast.idempotent_requests r
   set lease_until = now() + :lease_ms::float8 * interval '1 millisecond'
  from unnest(:shards::smallint[], :scopes::text[], :keys::text[], :fences::integer[]) as a (shard, scope, key, fence)
 where r.shard = any (array[a.shard]) and r.scope = a.scope and r.key = a.key and r.fence = a.fence and r.lease_until is not null
