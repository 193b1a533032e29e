-- What is left of a purged operation, for the tenant it belonged to.
select x.id_prefix, x.final_status, x.purged_at
  from holdfast.operation_tombstones x
 where x.shard = :shard and x.id = :id and x.tenant = :tenant
