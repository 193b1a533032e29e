-- Cancels a pending operation at once and records the request on a running one. One that waits and has something to
-- compensate is made due instead, so that a worker can undo what was done before it ends. Its due entry stays where it is
-- and says nothing any more: the claim drops it, and taking it away here would wait for a claim that waits for us.
-- No row: there was nothing to change.
with canceled as (
  update holdfast.operations o
     set status = case when {cancels-at-once} then :canceled else o.status end,
         version = o.version + 1,
         cancel_requested_at = now(),
         updated_at = now(),
         waiting_for = null,
         waiting_name = null,
         finished_at = case when {cancels-at-once} then now() end,
         run_at = case when o.status = :pending and o.compensates then now() else o.run_at end,
         error = case
           when {cancels-at-once} and o.attempt = 0 then :error_never_ran::json
           when {cancels-at-once} then :error_ran::json
         end
   where o.shard = :shard
     and o.id = :id
     and o.tenant = :tenant
     and (o.status = :pending or o.status = :running)
     and ({cancels-at-once} or o.cancel_requested_at is null)
  returning {operation-columns}, o.lane, o.parent_shard, o.parent_id
),
ended as (
  select shard, id, tenant, status, case when finished_at is not null then parent_shard end as parent_shard,
         case when finished_at is not null then parent_id end as parent_id
    from canceled
),
{notes-to-kin},
{ends-listed},
queued as (
  insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
  select lane, -priority, run_at, shard, id from canceled where status = :pending
  on conflict do nothing
)
select * from canceled
