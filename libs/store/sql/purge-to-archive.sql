-- Erases as purge.sql does, and keeps in the archive what is of use for analysis: one statement, so nothing is lost on the
-- way and nothing is there twice. What ended before the oldest month that the archive holds goes without a trace in
-- it. Replays are counted in the table they are being deleted from, which still shows them all: a join with
-- what was deleted would be quadratic.
with {erasure},
kept_operations as (
  insert into holdfast.operation_archive
    (shard, id, tenant, type, type_version, status, attempts, lost, replays, error_code, trace_id, created_at, started_at,
     finished_at)
  select e.shard, e.id, e.tenant, e.type, e.type_version, e.status, e.attempt, e.lost,
         (select count(*) from holdfast.operation_requests q
           where q.shard = e.shard and q.operation_id = e.id and q.outcome = :replayed::text),
         e.error_code, e.trace_id, e.created_at, e.started_at, e.finished_at
    from erased e
   where e.finished_at >= {archive-begins}
  on conflict do nothing
),
kept_requests as (
  insert into holdfast.request_archive
    (shard, operation_id, id, finished_at, at, outcome, client_attempt, client_max, reason, trace_id)
  select q.shard, q.operation_id, q.id, q.finished_at, q.at, q.outcome, q.client_attempt, q.client_max, q.reason,
         split_part(q.trace_parent, '-', 2)
    from requests q
   where q.finished_at >= {archive-begins}
  on conflict do nothing
)
select id, finished_at >= {archive-begins} as archived from erased
