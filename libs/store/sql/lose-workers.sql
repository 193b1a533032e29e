-- Declares workers lost whose lease is over by database time, and forgets those lost long ago that hold nothing.
with lost as (
  update holdfast.workers
     set lost_at = now()
   where lost_at is null and lease_until < now()
  returning id
),
forgotten as (
  delete from holdfast.workers w
   where w.lost_at < now() - interval '1 hour'
     and not exists (select from holdfast.operation_claims c where c.worker_id = w.id)
)
select count(*)::integer as lost from lost
