-- The whole story of operations as of one moment, from rows that were written anyway. Times are µs since the epoch.
-- What steps returned and signals carried stays out: it may be large, and a timeline does not need it.
select {operation-columns}, o.fence, o.parent_id is not null as is_child,
       (extract(epoch from o.created_at) * 1000000)::bigint as created_us,
       (extract(epoch from o.started_at) * 1000000)::bigint as started_us,
       (extract(epoch from o.claimed_at) * 1000000)::bigint as claimed_us,
       (extract(epoch from o.updated_at) * 1000000)::bigint as updated_us,
       (extract(epoch from o.finished_at) * 1000000)::bigint as finished_us,
       (extract(epoch from o.cancel_requested_at) * 1000000)::bigint as cancel_requested_us,
       (select json_agg({step-summary} order by s.started_at, s.ordinal)
          from holdfast.operation_steps s
         where s.shard = o.shard and s.operation_id = o.id) as steps,
       (select json_agg(json_build_object(
                 'number', t.number, 'fence', t.fence, 'outcome', t.outcome, 'error', t.error,
                 'startedAt', (extract(epoch from t.started_at) * 1000000)::bigint,
                 'endedAt', (extract(epoch from t.ended_at) * 1000000)::bigint) order by t.fence)
          from holdfast.operation_attempts t
         where t.shard = o.shard and t.operation_id = o.id) as attempts,
       (select json_agg(json_build_object(
                 'name', g.name, 'sequence', g.sequence, 'traceParent', g.trace_parent,
                 'receivedAt', (extract(epoch from g.received_at) * 1000000)::bigint) order by g.sequence)
          from holdfast.operation_signals g
         where g.shard = o.shard and g.operation_id = o.id) as signals,
       (select json_agg(json_build_object(
                 'requestedAt', (extract(epoch from r.requested_at) * 1000000)::bigint,
                 'reason', r.reason, 'fromStep', r.from_step, 'decision', r.decision,
                 'failedAt', (extract(epoch from r.failed_at) * 1000000)::bigint, 'error', r.error,
                 'cancelRequestedAt', (extract(epoch from r.cancel_requested_at) * 1000000)::bigint,
                 'forgotten', r.forgotten, 'traceParent', r.trace_parent) order by r.version)
          from holdfast.operation_resumes r
         where r.shard = o.shard and r.operation_id = o.id) as resumes,
       (select json_agg({request-summary} order by q.id)
          from (select * from holdfast.operation_requests l
                 where l.shard = o.shard and l.operation_id = o.id
                 order by l.id desc
                 limit :requests_max::integer) q) as requests
  from unnest(:shards::smallint[], :ids::uuid[], :tenants::text[]) as a (shard, id, tenant)
  join holdfast.operations o on o.shard = any (array[a.shard]) and o.id = a.id and o.tenant = any (array[a.tenant])
