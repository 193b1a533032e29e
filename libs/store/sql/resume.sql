-- Gives a failed operation more attempts and writes down who asked. No row: it is not failed, has changed, its
-- deadline is over, or the key has been used. The unique index on (operation, key) settles two at the same moment.
with resumed as (
  update holdfast.operations o
     set status = :pending,
         version = o.version + 1,
         attempt = case when o.attempt = 0 then 0 else o.attempt + 1 end,
         max_attempts = o.max_attempts + :extra_attempts::integer,
         lost = 0,
         run_at = now(),
         deadline = case when :keep_deadline::boolean then o.deadline else :deadline::timestamptz end,
         finished_at = null,
         cancel_requested_at = null,
         error = null,
         updated_at = now()
   where o.shard = :shard
     and o.id = :id
     and o.tenant = :tenant
     and o.status = :failed
     and (:version::integer is null or o.version = :version::integer)
     and coalesce(case when :keep_deadline::boolean then o.deadline else :deadline::timestamptz end > now(), true)
     and not exists (
       select from holdfast.operation_resumes r
        where r.shard = o.shard and r.operation_id = o.id and r.key = :key::text
     )
  returning {operation-columns}
),
queued as (
  insert into holdfast.operation_queue (type, rank, run_at, shard, id)
  select type, -priority, run_at, shard, id from resumed
),
timed as (
  insert into holdfast.operation_deadlines (deadline, shard, id)
  select deadline, shard, id from resumed where deadline is not null
  on conflict do nothing
),
audited as (
  insert into holdfast.operation_resumes (shard, operation_id, version, key, reason)
  select shard, id, version, :key::text, :reason::text from resumed
)
select * from resumed
