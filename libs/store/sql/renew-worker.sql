-- One heartbeat a worker extends the lease of everything it holds. No row: it was declared lost, and stays so.
with renewed as (
  update holdfast.workers
     set renewed_at = now(), lease_until = now() + :lease_ms::float8 * interval '1 millisecond'
   where id = :worker_id::uuid and lost_at is null
  returning id
),
forgotten as (
  delete from holdfast.operation_claims
   where worker_id = :worker_id::uuid and batch = any(:finished_batches::integer[])
)
select id from renewed
