-- What is known of idempotency keys: the operation of each, or the tombstone that is left of it.
select k.tenant as key_tenant, k.key, k.operation_id, k.id_prefix as key_id_prefix, k.fingerprint,
       k.fingerprint_version, k.final_status, k.purged_at, o.request, {operation-columns}
  from unnest(:shards::smallint[], :tenants::text[], :keys::text[]) as a (shard, tenant, key)
  join holdfast.idempotency_keys k on k.shard = any (array[a.shard]) and k.tenant = a.tenant and k.key = a.key
  left join holdfast.operations o on o.shard = any (array[k.shard]) and o.id = k.operation_id
