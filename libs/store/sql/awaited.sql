-- Whether the operation that called this one still waits for its outcome.
select 1 as awaited
  from holdfast.operations o
  join holdfast.operations p on p.shard = any (array[o.parent_shard]) and p.id = o.parent_id
  join holdfast.operation_steps s on s.shard = p.shard and s.operation_id = p.id and s.kind = 'call'
 where o.shard = :shard and o.id = :id and o.tenant = :tenant
   and p.status = any(:live::text[]) and s.child_id = o.id and s.finished_at is null
