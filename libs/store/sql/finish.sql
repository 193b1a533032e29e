-- Ends attempts for good: succeeded, failed, or canceled after a request. Every row must still be running under the
-- fence the worker was given; a lease time would not do, because a statement may wait on a lock past any time.
with asked as materialized (
  select *
    from unnest(
      :shards::smallint[], :ids::uuid[], :fences::integer[], :events::text[], :targets::text[], :results::text[],
      :errors::text[]
    ) as a (shard, id, fence, event, target, result, error)
),
finished as (
  update holdfast.operations o
     set status = a.target,
         version = o.version + 1,
         result = a.result::json,
         error = a.error::json,
         last_error = coalesce(a.error::json, o.last_error),
         finished_at = now(),
         updated_at = now(),
         lease_owner = null
    from asked a
   where o.shard = any (array[a.shard])
     and o.id = a.id
     and o.status = :running
     and o.fence = a.fence
     and (a.target <> :canceled or o.cancel_requested_at is not null)
  returning o.shard, o.id, o.tenant, o.status, o.fence, o.attempt, o.claimed_at, o.parent_shard, o.parent_id, a.event, a.error
),
ended as (
  select shard, id, tenant, status, parent_shard, parent_id from finished
),
{notes-to-kin},
{ends-listed},
recorded as (
  insert into holdfast.operation_attempts (shard, operation_id, fence, number, started_at, outcome, error)
  select shard, id, fence, attempt, claimed_at, event, error::json from finished where error is not null
)
select id, fence from finished
