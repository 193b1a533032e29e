-- Fails operations whose deadline has passed. A running one is taken from its worker: the fence of a worker that
-- writes later no longer finds it running. A deadline row of an operation that has ended or got another deadline is
-- only deleted. One that has something to compensate is made due instead: its worker undoes what was done, then
-- fails it.
with overdue as materialized (
  select deadline, shard, id
    from holdfast.operation_deadlines
   where deadline <= now()
   order by deadline
   limit :limit::integer
     for update skip locked
),
expired as (
  update holdfast.operations o
     set status = :failed,
         version = o.version + 1,
         error = case when o.fence = 0 then :error_never_ran::json else :error_ran::json end,
         finished_at = now(),
         updated_at = now(),
         lease_owner = null,
         waiting_for = null,
         waiting_name = null
    from overdue d
   where o.shard = any (array[d.shard])
     and o.id = d.id
     and o.status = any(:sources::text[])
     and not o.compensates
     and o.deadline <= now()
  returning o.shard, o.id, o.tenant, o.type, o.lane, o.priority, o.run_at, o.status, o.fence, o.attempt, o.claimed_at,
            o.error, o.parent_shard, o.parent_id
),
ended as (
  select shard, id, tenant, status, parent_shard, parent_id from expired
),
{notes-to-kin},
{ends-listed},
roused as (
  update holdfast.operations o
     set run_at = now(), waiting_for = null, waiting_name = null, version = o.version + 1, updated_at = now()
    from overdue d
   where o.shard = any (array[d.shard])
     and o.id = d.id
     and o.status = :pending
     and o.compensates
     and o.deadline <= now()
  returning o.shard, o.id, o.lane, o.priority, o.run_at
),
queued as (
  insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
  select lane, -priority, run_at, shard, id from roused
  on conflict do nothing
),
recorded as (
  insert into holdfast.operation_attempts (shard, operation_id, fence, number, started_at, outcome, error)
  select shard, id, fence, attempt, claimed_at, 'expire', error from expired where fence > 0
  on conflict do nothing
),
forgotten as (
  delete from holdfast.operation_deadlines x
   using overdue d
   where x.deadline = any (array[d.deadline]) and x.shard = d.shard and x.id = d.id
)
select e.id, e.type, e.status, (select count(*) from overdue)::integer as looked_at
  from (select 1) as always
  left join expired e on true
