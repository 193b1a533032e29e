-- Deletes requests whose window is over and that nobody executes.
with over as materialized (
  select shard, scope, key
    from holdfast.idempotent_requests
   where expires_at <= now() and (lease_until is null or lease_until <= now())
   order by expires_at
   limit :limit
     for update skip locked
)
delete from holdfast.idempotent_requests r
 using over o
 where r.shard = any (array[o.shard]) and r.scope = o.scope and r.key = o.key
returning r.shard
