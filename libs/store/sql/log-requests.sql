-- Creates and replays, written down beside their operations. The key-share lock holds off an erasure until the entry is
-- there to be erased with the rest; an operation that is erased already gets none. It never waits for a worker.
with asked as materialized (
  select a.*
    from unnest(
      :request_ids::uuid[], :shards::smallint[], :ids::uuid[], :outcomes::text[], :client_attempts::integer[],
      :client_maxima::integer[], :reasons::text[], :trace_parents::text[]
    ) as a (request_id, shard, id, outcome, client_attempt, client_max, reason, trace_parent)
),
there as materialized (
  select a.*
    from asked a
    join holdfast.operations o on o.shard = any (array[a.shard]) and o.id = a.id
     for key share of o
)
insert into holdfast.operation_requests
  (shard, operation_id, id, outcome, client_attempt, client_max, reason, trace_parent)
select shard, id, request_id, outcome, client_attempt, client_max, reason, trace_parent from there
on conflict do nothing
