listed as (
  insert into holdfast.unsuccessful_operations (tenant, status, id, shard)
  select e.tenant, e.status, e.id, e.shard from ended e where e.status in (:failed, :canceled)
  on conflict do nothing
)
