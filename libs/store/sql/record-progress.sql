-- Progress of held operations, fenced like every write of a worker.
update holdfast.operations o
   set progress = a.progress::json, version = o.version + 1, updated_at = now()
  from unnest(:shards::smallint[], :ids::uuid[], :fences::integer[], :progress::text[])
       as a (shard, id, fence, progress)
 where o.shard = any (array[a.shard])
   and o.id = a.id
   and o.status = :running
   and o.fence = a.fence
returning o.id, o.fence
