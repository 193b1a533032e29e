-- All steps of operations, for workers that take them up again.
select s.shard, s.operation_id, s.kind, s.name, s.ordinal, s.fence, s.finished_at is not null as finished, s.output,
       s.error, s.child_id, s.signal_sequence,
       extract(epoch from s.due_at - now())::float8 * 1000 as due_in_ms
  from unnest(:shards::smallint[], :ids::uuid[]) as a (shard, id)
  join holdfast.operation_steps s on s.shard = any (array[a.shard]) and s.operation_id = a.id
 order by s.started_at, s.ordinal
