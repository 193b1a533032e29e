-- Notes that ask operations to stop.
select m.shard, m.id, m.sender_id, m.kind, o.tenant
  from holdfast.operation_messages m
  left join holdfast.operations o on o.shard = any (array[m.shard]) and o.id = m.id
 where m.kind = 'cancel'
 limit :limit::integer
