-- Ends every unfinished operation of a restored database without claiming to know how: after the moment the backup is of,
-- each may have gone on, and have ended. Its fence leaps beyond any that was given out in the time that was lost, so that
-- a worker of that time finds nothing of its own. What says «due», «held» or «look» is of no use any more: a resume
-- writes anew what it needs. Nobody else works on the database meanwhile.
with held as materialized (
  select shard, id, status from holdfast.operations where status = any(:sources::text[]) for update
),
ended as (
  update holdfast.operations o
     set status = :failed,
         version = o.version + 1,
         fence = o.fence + :leap::integer,
         error = :error::json,
         finished_at = now(),
         updated_at = now(),
         lease_owner = null,
         waiting_for = null,
         waiting_name = null
    from held h
   where o.shard = h.shard and o.id = h.id
  returning o.shard, o.id, o.tenant, o.status, h.status as was, o.fence - :leap::integer as fence, o.attempt, o.claimed_at,
            o.error
),
{ends-listed},
recorded as (
  insert into holdfast.operation_attempts (shard, operation_id, fence, number, started_at, outcome, error)
  select shard, id, fence, attempt, claimed_at, 'expire', error from ended where was = :running
  on conflict do nothing
),
dismissed as (
  update holdfast.workers set lost_at = now() where lost_at is null
),
unqueued as (
  delete from holdfast.operation_queue
),
unclaimed as (
  delete from holdfast.operation_claims
),
untimed as (
  delete from holdfast.operation_deadlines
),
unsaid as (
  delete from holdfast.operation_messages
),
-- A request to a route may have been answered in the time that was lost, also one whose key had been given back.
unsure as (
  update holdfast.idempotent_requests
     set reruns = false, lease_until = coalesce(lease_until, now())
   where finished_at is null
)
select (select count(*) from ended)::integer as held,
       greatest((select max(updated_at) from holdfast.operations),
                (select max(purged_at) from holdfast.operation_tombstones)) as known_until
