erased as (
  delete from holdfast.operations o
   using unnest(:shards::smallint[], :ids::uuid[]) as a (shard, id)
   where o.shard = any (array[a.shard]) and o.id = a.id and o.status = any(:terminal::text[])
  returning o.shard, o.id, o.tenant, o.idempotency_key, o.id_prefix, o.status, o.deadline, o.type, o.type_version, o.attempt,
            o.lost, o.created_at, o.started_at, o.finished_at, o.error ->> 'code' as error_code,
            split_part(o.trace_parent, '-', 2) as trace_id
),
buried as (
  insert into holdfast.operation_tombstones (shard, id, tenant, id_prefix, final_status)
  select shard, id, tenant, id_prefix, status from erased
),
unlisted as (
  delete from holdfast.unsuccessful_operations u
   using erased e
   where u.tenant = any (array[e.tenant]) and u.status = e.status and u.id = e.id and u.shard = e.shard
),
kept as (
  update holdfast.idempotency_keys k
     set final_status = e.status, purged_at = now()
    from erased e
   where k.shard = any (array[e.shard]) and k.tenant = e.tenant and k.key = e.idempotency_key
),
steps as (
  delete from holdfast.operation_steps s using erased e where s.shard = any (array[e.shard]) and s.operation_id = e.id
),
signals as (
  delete from holdfast.operation_signals g using erased e where g.shard = any (array[e.shard]) and g.operation_id = e.id
),
attempts as (
  delete from holdfast.operation_attempts t using erased e where t.shard = any (array[e.shard]) and t.operation_id = e.id
),
requests as (
  delete from holdfast.operation_requests q
   using erased e
   where q.shard = any (array[e.shard]) and q.operation_id = e.id
  returning q.*, e.finished_at
),
resumes as (
  delete from holdfast.operation_resumes r using erased e where r.shard = any (array[e.shard]) and r.operation_id = e.id
),
messages as (
  delete from holdfast.operation_messages m using erased e where m.shard = any (array[e.shard]) and m.id = e.id
),
deadlines as (
  delete from holdfast.operation_deadlines d
   using erased e
   where d.deadline = any (array[e.deadline]) and d.shard = e.shard and d.id = e.id
)
