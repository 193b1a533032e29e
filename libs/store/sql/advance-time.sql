-- Lets time pass for what waits, in a test: due times, deadlines, timers and windows move into the past, because the
-- time that decides is the database's and cannot be set. Leases stay, for those who hold them renew them meanwhile.
with queue as (
  update holdfast.operation_queue set run_at = run_at - :ms::float8 * interval '1 millisecond'
),
deadlines as (
  update holdfast.operation_deadlines set deadline = deadline - :ms::float8 * interval '1 millisecond'
),
steps as (
  update holdfast.operation_steps
     set due_at = due_at - :ms::float8 * interval '1 millisecond'
   where due_at is not null and finished_at is null
),
requests as (
  update holdfast.idempotent_requests set expires_at = expires_at - :ms::float8 * interval '1 millisecond'
)
update holdfast.operations
   set run_at = run_at - :ms::float8 * interval '1 millisecond',
       deadline = deadline - :ms::float8 * interval '1 millisecond'
 where finished_at is null
