-- Checkpoints. The operation's row is locked under status and fence first: a look at it without the lock would let a
-- takeover commit in between. A finished step stays as it is; a repeat of the same write is no error. A transaction
-- has ended when its checkpoint is written, not when it began, which is what now() tells inside of it.
with asked as materialized (
  select *
    from unnest(
      :shards::smallint[], :ids::uuid[], :fences::integer[], :kinds::text[], :names::text[], :ordinals::integer[],
      :finished::boolean[], :outputs::text[], :errors::text[], :dues_in_ms::float8[], :children::uuid[],
      :signal_sequences::integer[]
    ) as a (shard, id, fence, kind, name, ordinal, finished, output, error, due_in_ms, child_id, signal_sequence)
),
held as materialized (
  select a.*
    from asked a
    join holdfast.operations o on o.shard = any (array[a.shard]) and o.id = a.id
   where o.status = :running and o.fence = a.fence
     for share of o
),
recorded as (
  insert into holdfast.operation_steps
    (shard, operation_id, kind, name, ordinal, fence, finished_at, output, error, due_at, child_id, signal_sequence)
  select shard, id, kind, name, ordinal, fence,
         case when finished then case kind when 'transaction' then clock_timestamp() else now() end end,
         output::json, error::json, now() + due_in_ms * interval '1 millisecond', child_id, signal_sequence
    from held
  on conflict (shard, operation_id, kind, name, ordinal) do update
     set fence = excluded.fence,
         finished_at = excluded.finished_at,
         output = excluded.output,
         error = excluded.error,
         due_at = coalesce(operation_steps.due_at, excluded.due_at),
         signal_sequence = excluded.signal_sequence
   where operation_steps.finished_at is null
)
select id, kind, name, ordinal from held
