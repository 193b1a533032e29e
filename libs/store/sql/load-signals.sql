-- The signals of one name, oldest first, and the count of pokes at that moment.
select o.pokes, s.sequence, s.payload
  from holdfast.operations o
  left join holdfast.operation_signals s
    on s.shard = o.shard and s.operation_id = o.id and s.name = :name
 where o.shard = :shard and o.id = :id
 order by s.sequence
