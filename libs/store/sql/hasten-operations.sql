-- Makes operations due at once, in a test: the pause after a lost lease is for workers that an operation has killed.
with moved as (
  update holdfast.operations o
     set run_at = now()
    from unnest(:shards::smallint[], :ids::uuid[]) as a (shard, id)
   where o.shard = a.shard and o.id = a.id and o.finished_at is null and o.lease_owner is null
  returning o.shard, o.id
)
update holdfast.operation_queue q
   set run_at = now()
  from moved m
 where q.shard = m.shard and q.id = m.id
