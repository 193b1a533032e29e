-- Locks a held operation for the length of a transaction, if it is still held under this fence.
select 1 as held
  from holdfast.operations o
 where o.shard = :shard and o.id = :id and o.status = :running and o.fence = :fence
   for share
