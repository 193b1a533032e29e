-- Gives keys back, each only under the fence of its claim: nothing has happened that a repeat should be answered with.
-- The rows stay, so that the next claim counts on from their fence.
update holdfast.idempotent_requests r
   set lease_until = null
  from unnest(:shards::smallint[], :scopes::text[], :keys::text[], :fences::integer[]) as a (shard, scope, key, fence)
 where r.shard = any (array[a.shard]) and r.scope = a.scope and r.key = a.key and r.fence = a.fence and r.finished_at is null
returning r.shard, r.scope, r.key
