-- Operations by id, each only for the tenant that asks. Reads of many callers share one statement.
select {operation-columns}
  from unnest(:shards::smallint[], :ids::uuid[], :tenants::text[]) as a (shard, id, tenant)
  join holdfast.operations o on o.shard = any (array[a.shard]) and o.id = a.id and o.tenant = any (array[a.tenant])
