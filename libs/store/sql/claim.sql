-- Takes due operations for a worker: highest priority first, then oldest due time. `lanes` finds the (lane, priority)
-- pairs that exist by hopping over the index, so types and versions nobody here knows and operations that are not due yet cost
-- nothing. Deleting the queue row and moving the operation is one statement; a queue row whose operation has moved on
-- is only deleted. The materialized CTE holds the limit under every plan.
with recursive lanes as (
  select t.lane,
         (select q.rank from holdfast.operation_queue q where q.lane = t.lane order by q.rank limit 1) as rank
    from unnest(:lanes::text[]) as t (lane)
  union all
  select l.lane,
         (select q.rank from holdfast.operation_queue q
           where q.lane = l.lane and q.rank > l.rank order by q.rank limit 1)
    from lanes l
   where l.rank is not null
),
due as materialized (
  select d.lane, d.rank, d.run_at, d.shard, d.id
    from lanes l
   cross join lateral (
      select q.lane, q.rank, q.run_at, q.shard, q.id
        from holdfast.operation_queue q
       where q.lane = l.lane and q.rank = l.rank and q.run_at <= now()
       order by q.run_at, q.shard, q.id
       limit :limit::integer
         for update skip locked
    ) d
   where l.rank is not null
   order by d.rank, d.run_at
   limit :limit::integer
),
taken as (
  delete from holdfast.operation_queue q
   using due d
   where q.lane = d.lane and q.rank = d.rank and q.run_at = d.run_at and q.shard = d.shard and q.id = d.id
  returning q.shard, q.id
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
   where o.shard = t.shard
     and o.id = t.id
     and o.status = any(:sources::text[])
     and o.run_at <= now()
     and (o.deadline is null or o.deadline > now() or o.compensates)
  returning o.shard, o.id, o.id_prefix, o.tenant, o.type, o.fence, o.attempt, o.max_attempts, o.request, o.labels,
            o.trace_parent, o.pokes, o.compensates, o.parent_id, o.cancel_requested_at, o.priority, o.run_at,
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
select * from claimed order by priority desc, run_at
