-- Gives a failed operation more attempts and writes down who asked. Completed steps stay, except those after
-- `from_step`; when compensations have undone the work, all of it is done again. A decision about a step of unknown
-- outcome becomes its outcome.
-- No row: it is not failed, has changed, its
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
         compensates = false,
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
  insert into holdfast.operation_resumes (shard, operation_id, version, key, reason, from_step, decision)
  select shard, id, version, :key::text, :reason::text, :from_step::text, :decision::json from resumed
),
undone as (
  select exists (
    select from holdfast.operation_steps s
     where s.shard = :shard and s.operation_id = :id and s.kind = 'compensation'
  ) as all_of_it
),
forgotten as (
  delete from holdfast.operation_steps s
   using resumed r, undone u
   where s.shard = r.shard
     and s.operation_id = r.id
     and (
       u.all_of_it
       or s.kind = 'failure'
       or (s.error is not null and s.finished_at is not null)
       or s.finished_at >= (
         select min(f.finished_at) from holdfast.operation_steps f
          where f.shard = r.shard and f.operation_id = r.id and f.name = :from_step::text
       )
       or (s.finished_at is null and s.name = :decided_step::text and :decided_not_done::boolean)
     )
),
decided as (
  update holdfast.operation_steps s
     set finished_at = now(), output = :decided_result::json
    from resumed r, undone u
   where s.shard = r.shard
     and s.operation_id = r.id
     and not u.all_of_it
     and s.kind = 'step'
     and s.finished_at is null
     and s.name = :decided_step::text
     and not :decided_not_done::boolean
)
select * from resumed
