taken as (
  delete from holdfast.operation_queue q
   using due d
   where q.ctid = d.place
  returning q.shard, q.id, q.rank, q.run_at
),
claimed as (
  update holdfast.operations o
     set status = :running,
         version = o.version + 1,
         fence = o.fence + 1,
         attempt = greatest(o.attempt, 1),
         lease_owner = :worker_id::uuid,
         claimed_at = now(),
         started_at = coalesce(o.started_at, now()),
         updated_at = now(),
         waiting_for = null,
         waiting_name = null
    from taken t
   where o.shard = any (array[t.shard])
     and o.id = t.id
     and o.status = any(:sources::text[])
     and o.run_at <= now()
     and (o.deadline is null or o.deadline > now() or o.compensates)
  returning o.shard, o.id, o.id_prefix, o.tenant, o.type, o.fence, o.attempt, o.max_attempts, o.request, o.labels,
            o.trace_parent, o.pokes, o.compensates, o.parent_id, o.cancel_requested_at, o.lane, o.priority, o.run_at,
            t.rank, t.run_at::text as due_at,
            extract(epoch from now())::float8 * 1000 as claimed_at_ms,
            extract(epoch from o.deadline - now())::float8 * 1000 as deadline_in_ms,
            extract(epoch from now() - o.run_at)::float8 * 1000 as due_for_ms,
            extract(epoch from now() - o.created_at)::float8 * 1000 as age_ms
),
held as (
  insert into holdfast.operation_claims (worker_id, batch, shards, ids)
  select :worker_id::uuid, :batch::integer, array_agg(shard), array_agg(id) from claimed having count(*) > 0
),
forgotten as (
  delete from holdfast.operation_claims
   where worker_id = :worker_id::uuid and batch = any(:finished_batches::integer[])
)
select * from claimed order by priority desc, run_at, shard, id
