-- Notes that have been acted on.
delete from holdfast.operation_messages x
 using unnest(:shards::smallint[], :ids::uuid[], :senders::uuid[], :kinds::text[]) as m (shard, id, sender_id, kind)
 where x.shard = any (array[m.shard]) and x.id = m.id and x.sender_id = m.sender_id and x.kind = m.kind
