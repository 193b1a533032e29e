-- From now on this held operation is never ended behind the back of a worker: there is something to undo first.
update holdfast.operations o
   set compensates = true
 where o.shard = :shard and o.id = :id and o.status = :running and o.fence = :fence
returning o.id
