-- Cancels a pending operation at once and records the request on a running one. No row: there was nothing to change.
with canceled as (
  update holdfast.operations o
     set status = case when o.status = :pending then :canceled else o.status end,
         version = o.version + 1,
         cancel_requested_at = now(),
         updated_at = now(),
         waiting_for = null,
         waiting_name = null,
         finished_at = case when o.status = :pending then now() end,
         error = case
           when o.status = :pending and o.attempt = 0 then :error_never_ran::json
           when o.status = :pending then :error_ran::json
         end
   where o.shard = :shard
     and o.id = :id
     and o.tenant = :tenant
     and (o.status = :pending or (o.status = :running and o.cancel_requested_at is null))
  returning {operation-columns}
),
dequeued as (
  delete from holdfast.operation_queue q
   using canceled c
   where c.status = :canceled
     and q.type = c.type and q.rank = -c.priority and q.run_at = c.run_at and q.shard = c.shard and q.id = c.id
)
select * from canceled
