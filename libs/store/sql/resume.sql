-- Gives a failed operation more attempts and writes down who asked, how the operation had ended and what was forgotten.
-- Completed steps stay, except `from_step` and what began or ended after it; a step whose outcome is unknown is never
-- forgotten that way. A child that ended without success before its call could take that is called anew: most likely it was
-- canceled because its parent had failed. When compensations have undone the work, all of it is done again, but for a step
-- of unknown outcome; when the undoing itself was cut short by lost workers or a restore, nothing is forgotten, and the undoing
-- goes on. A decision about a step of unknown outcome becomes its outcome; of several of one name, it is about
-- the first, because one answer says nothing of the others.
-- The operation must have been locked by an earlier statement: one that waits for the lock itself would not see, and not
-- forget, what was written meanwhile.
-- No row: it is not failed, has changed, its deadline is over, a named step is not what the caller takes it for, or the
-- key has been used. The unique index on (operation, key) settles two at the same moment.
with ended as materialized (
  select o.shard, o.id, o.finished_at as failed_at, o.error as failed_with, o.cancel_requested_at as cancel_was,
         o.error ->> 'code' in (:worker_lost, :restored) and exists (
           select from holdfast.operation_steps f
            where f.shard = o.shard and f.operation_id = o.id and f.kind = 'failure'
         ) as undoing
    from holdfast.operations o
   where o.shard = :shard and o.id = :id and o.tenant = :tenant
),
resumed as (
  update holdfast.operations o
     set status = :pending,
         version = o.version + 1,
         attempt = case when o.attempt = 0 then 0 else o.attempt + 1 end,
         max_attempts = o.max_attempts + :extra_attempts::integer,
         lost = 0,
         run_at = now(),
         deadline = case when :keep_deadline::boolean then o.deadline else :deadline::timestamptz end,
         finished_at = null,
         cancel_requested_at = case when e.undoing then o.cancel_requested_at end,
         compensates = e.undoing,
         error = null,
         updated_at = now()
    from ended e
   where o.shard = e.shard
     and o.id = e.id
     and o.status = :failed
     and (:version::integer is null or o.version = :version::integer)
     and coalesce(case when :keep_deadline::boolean then o.deadline else :deadline::timestamptz end > now(), true)
     and not exists (
       select from holdfast.operation_resumes r
        where r.shard = o.shard and r.operation_id = o.id and r.key = :key::text
     )
     and (:from_step::text is null or {from-step-known})
     and (:decided_step::text is null or {step-undecided})
  returning {operation-columns}, o.lane, e.failed_at, e.failed_with, e.undoing,
            case when not e.undoing then e.cancel_was end as cancel_was
),
unlisted as (
  delete from holdfast.unsuccessful_operations u
   using resumed r
   where u.tenant = r.tenant and u.status = :failed and u.id = r.id and u.shard = r.shard
),
queued as (
  insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
  select lane, -priority, run_at, shard, id from resumed
),
timed as (
  insert into holdfast.operation_deadlines (deadline, shard, id)
  select deadline, shard, id from resumed where deadline is not null
  on conflict do nothing
),
undone as (
  select exists (
    select from holdfast.operation_steps s
     where s.shard = :shard and s.operation_id = :id and s.kind = 'compensation'
  ) as all_of_it
),
decided as (
  select min(s.ordinal) as ordinal from holdfast.operation_steps s
   where s.shard = :shard and s.operation_id = :id and s.kind = 'step' and s.finished_at is null
     and s.name = :decided_step::text
),
forgotten as (
  delete from holdfast.operation_steps s
   using resumed r, undone u, decided d
   where s.shard = any (array[r.shard])
     and s.operation_id = r.id
     and not r.undoing
     and (
       (u.all_of_it and (s.kind <> 'step' or s.finished_at is not null))
       or s.kind = 'failure'
       or (s.error is not null and s.finished_at is not null)
       or ((s.finished_at is not null or s.kind <> 'step') and coalesce(s.finished_at, s.started_at) >= (
         select min(coalesce(f.finished_at, f.started_at)) from holdfast.operation_steps f
          where f.shard = r.shard and f.operation_id = r.id and f.name = :from_step::text
            and f.kind <> 'failure' and (f.kind <> 'step' or f.finished_at is not null)
       ))
       or (s.ordinal = d.ordinal and s.kind = 'step' and s.finished_at is null and s.name = :decided_step::text
           and :decided_not_done::boolean)
       or (s.kind = 'call' and s.finished_at is null and coalesce(
         (select c.status from holdfast.operations c
           where c.shard = get_byte(uuid_send(s.child_id), 15) and c.id = s.child_id),
         (select t.final_status from holdfast.operation_tombstones t
           where t.shard = get_byte(uuid_send(s.child_id), 15) and t.id = s.child_id)
       ) in (:failed, :canceled))
     )
  returning {step-summary} as summary
),
audited as (
  insert into holdfast.operation_resumes
    (shard, operation_id, version, key, reason, from_step, decision, failed_at, error, cancel_requested_at, forgotten,
     trace_parent)
  select r.shard, r.id, r.version, :key::text, :reason::text, :from_step::text, :decision::json, r.failed_at,
         r.failed_with, r.cancel_was, (select json_agg(f.summary) from forgotten f), :trace_parent::text
    from resumed r
),
done as (
  update holdfast.operation_steps s
     set finished_at = now(), output = :decided_result::json
    from resumed r, decided d
   where s.shard = any (array[r.shard])
     and s.operation_id = r.id
     and s.kind = 'step'
     and s.finished_at is null
     and s.name = :decided_step::text
     and s.ordinal = d.ordinal
     and not :decided_not_done::boolean
)
select * from resumed
