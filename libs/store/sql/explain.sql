-- All that tells why one operation is where it is, as of one moment. Everything is found by the operation's own key; its
-- steps are read as every run of its handler reads them, and each list is cut to the newest that people read.
select {operation-columns}, o.fence, o.lost, o.max_lost, o.lane, o.type_version, o.compensates, o.claimed_at,
       o.parent_id is not null as is_child,
       now() as as_of, o.run_at <= now() as is_due,
       (extract(epoch from o.run_at) * 1000000)::bigint as run_at_us,
       o.lease_owner, w.name as worker_name, w.renewed_at, w.lease_until,
       w.id is null or w.lost_at is not null or w.lease_until < now() as lease_is_over,
       exists (
         select from holdfast.operation_steps s
          where s.shard = o.shard and s.operation_id = o.id and s.kind = 'failure'
       ) as is_undoing,
       (select json_agg(n.step)
          from (select json_build_object('step', {step-summary}, 'childUuid', s.child_id) as step
                  from holdfast.operation_steps s
                 where s.shard = o.shard and s.operation_id = o.id and s.finished_at is null and s.kind <> 'failure'
                 order by s.started_at, s.ordinal
                 limit :steps_max::integer) n) as open_steps,
       (select {step-summary}
          from holdfast.operation_steps s
         where s.shard = o.shard and s.operation_id = o.id and s.finished_at is not null and s.kind <> 'failure'
         order by s.finished_at desc
         limit 1) as latest_step,
       (select json_agg(json_build_object(
                 'number', n.number, 'fence', n.fence, 'outcome', n.outcome, 'error', n.error,
                 'startedAt', (extract(epoch from n.started_at) * 1000000)::bigint,
                 'endedAt', (extract(epoch from n.ended_at) * 1000000)::bigint,
                 'workerId', n.worker_id, 'workerName', v.name) order by n.fence)
          from (select * from holdfast.operation_attempts t
                 where t.shard = o.shard and t.operation_id = o.id
                 order by t.fence desc
                 limit :attempts_max::integer) n
          left join holdfast.workers v on v.id = n.worker_id) as attempts,
       (select json_agg(json_build_object(
                 'requestedAt', (extract(epoch from n.requested_at) * 1000000)::bigint,
                 'reason', n.reason) order by n.version)
          from (select * from holdfast.operation_resumes r
                 where r.shard = o.shard and r.operation_id = o.id
                 order by r.version desc
                 limit :resumes_max::integer) n) as resumes,
       c.created_is_written,
       (select count(*)::integer
          from (select from holdfast.operation_requests l
                 where l.shard = o.shard and l.operation_id = o.id
                 limit :requests_counted_max::integer + 1) n) as requests_written,
       case when :request::integer is null then
         (select json_agg({request-summary} order by q.id)
            from (select * from holdfast.operation_requests l
                   where l.shard = o.shard and l.operation_id = o.id
                   order by l.id desc
                   limit :requests_max::integer) q)
       when :request::integer > c.told then
         (select json_agg({request-summary})
            from (select * from holdfast.operation_requests l
                   where l.shard = o.shard and l.operation_id = o.id
                   order by l.id
                  offset greatest(:request::integer - c.told - 1, 0)
                   limit 1) q)
       end as requests
  from holdfast.operations o
  left join holdfast.workers w on w.id = o.lease_owner
 cross join lateral (
    -- Several processes write requests down, so the create is among the first entries, but not always the very first.
    select f.created_is_written, case when f.created_is_written or o.parent_id is not null then 0 else 1 end as told
      from (select coalesce(bool_or(n.outcome = 'created'), false) as created_is_written
              from (select l.outcome from holdfast.operation_requests l
                     where l.shard = o.shard and l.operation_id = o.id
                     order by l.id
                     limit 10) n) f
  ) c
 where o.shard = :shard::smallint and o.id = :id::uuid and o.tenant = :tenant
