-- Whether operations are still held under these fences, and whether somebody asked them to stop.
select a.id, a.fence,
       coalesce(o.status = :running and o.fence = a.fence, false) as held,
       o.cancel_requested_at is not null as cancel_requested
  from unnest(:shards::smallint[], :ids::uuid[], :fences::integer[]) as a (shard, id, fence)
  left join holdfast.operations o on o.shard = any (array[a.shard]) and o.id = a.id
