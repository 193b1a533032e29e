-- Forgets tombstones that are older than they must be, oldest first: after this the key and the id were never seen.
with gone as materialized (
  select k.shard, k.tenant, k.key, k.operation_id
    from holdfast.idempotency_keys k
   where k.purged_at <= now() - :tombstone_ms::bigint * interval '1 millisecond'
   order by k.purged_at
   limit :limit::integer
     for update skip locked
),
keys as (
  delete from holdfast.idempotency_keys k
   using gone g
   where k.shard = any (array[g.shard]) and k.tenant = g.tenant and k.key = g.key
),
stones as (
  delete from holdfast.operation_tombstones t
   using gone g
   where t.shard = any (array[g.shard]) and t.id = g.operation_id
)
select count(*)::integer as forgotten from gone
