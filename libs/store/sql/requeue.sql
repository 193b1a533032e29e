-- Gives running operations back to wait: after a failure with its backoff, or suspended. One whose cancel was asked
-- for meanwhile ends canceled instead, or, when it has something to compensate, runs again at once to do so. A
-- suspended one that was poked after its worker last looked is due at once; one without a delay waits for a poke.
-- Guarded by the fence like every write of a worker.
with asked as materialized (
  select *
    from unnest(
      :shards::smallint[], :ids::uuid[], :fences::integer[], :events::text[], :errors::text[], :delays_ms::float8[],
      :waiting_for::text[], :waiting_names::text[], :counted::integer[], :pokes::integer[]
    ) as a (shard, id, fence, event, error, delay_ms, waiting_for, waiting_name, counted, pokes)
),
requeued as (
  update holdfast.operations o
     set status = case when {stays} then :pending else :canceled end,
         version = o.version + 1,
         attempt = o.attempt + case when {stays} then a.counted else 0 end,
         run_at = case
           when o.cancel_requested_at is not null or o.pokes <> a.pokes or a.delay_ms is null then now()
           else now() + a.delay_ms * interval '1 millisecond'
         end,
         waiting_for = case when o.cancel_requested_at is null then a.waiting_for end,
         waiting_name = case when o.cancel_requested_at is null then a.waiting_name end,
         error = case when not ({stays}) then :canceled_error::json end,
         last_error = coalesce(a.error::json, o.last_error),
         finished_at = case when not ({stays}) then now() end,
         updated_at = now(),
         lease_owner = null
    from asked a
   where o.shard = any (array[a.shard])
     and o.id = a.id
     and o.status = :running
     and o.fence = a.fence
  returning o.shard, o.id, o.tenant, o.lane, o.priority, o.run_at, o.status, o.fence, o.attempt, o.claimed_at,
            o.parent_shard, o.parent_id, a.event, a.error, a.counted,
            o.cancel_requested_at is not null or o.pokes <> a.pokes or a.delay_ms is not null as is_due
),
ended as (
  select shard, id, tenant, status, parent_shard, parent_id from requeued where status = :canceled
),
{notes-to-kin},
{ends-listed},
queued as (
  insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
  select lane, -priority, run_at, shard, id from requeued where status = :pending and is_due
  on conflict do nothing
),
recorded as (
  insert into holdfast.operation_attempts (shard, operation_id, fence, number, started_at, outcome, error)
  select shard, id, fence, attempt - case when status = :pending then counted else 0 end, claimed_at,
         case when status = :canceled then 'yield-canceled' else event end,
         case when status = :canceled then :canceled_error::json else error::json end
    from requeued
   where error is not null
)
select id, fence from requeued
