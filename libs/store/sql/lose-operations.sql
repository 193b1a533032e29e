-- Takes back what lost workers held. A claim record names operations, not the truth: only those still running under
-- that worker are touched. One that a transaction of its old worker still has locked is left for the next sweep, and its
-- record with it. Each lost lease counts, so an operation that kills its worker ends one day.
with records as materialized (
  select c.worker_id, c.batch, c.shards, c.ids
    from holdfast.operation_claims c
    left join holdfast.workers w on w.id = c.worker_id
   where w.id is null or w.lost_at is not null
   limit :limit::integer
     for update of c skip locked
),
held as materialized (
  select r.worker_id, r.batch, o.shard, o.id
    from records r
   cross join unnest(r.shards, r.ids) as h (shard, id)
    join holdfast.operations o on o.shard = any (array[h.shard]) and o.id = h.id
   where o.status = any(:sources::text[]) and o.lease_owner = r.worker_id
     for update of o skip locked
),
lost as (
  update holdfast.operations o
     set status = case
           when {cancel-ends} then :canceled
           when o.lost + 1 >= o.max_lost then :failed
           else :pending
         end,
         version = o.version + 1,
         lost = o.lost + 1,
         attempt = case when not ({cancel-ends}) and o.lost + 1 < o.max_lost
                        then o.attempt + 1 else o.attempt end,
         max_attempts = case when not ({cancel-ends}) and o.lost + 1 < o.max_lost
                             then o.max_attempts + 1 else o.max_attempts end,
         run_at = now() + random() * least(:delay_max_ms::float8, :delay_ms::float8 * power(2, o.lost))
                          * interval '1 millisecond',
         waiting_for = case when not ({cancel-ends}) and o.lost + 1 < o.max_lost then 'retry' end,
         error = case
           when {cancel-ends} then :canceled_error::json
           when o.lost + 1 >= o.max_lost then :lost_error::json
         end,
         last_error = :lost_error::json,
         finished_at = case when ({cancel-ends}) or o.lost + 1 >= o.max_lost then now() end,
         updated_at = now(),
         lease_owner = null
    from held h
   where o.shard = any (array[h.shard])
     and o.id = h.id
     and o.status = any(:sources::text[])
     and o.lease_owner = h.worker_id
  returning o.shard, o.id, o.tenant, o.lane, o.priority, o.run_at, o.status, o.fence, o.attempt, o.claimed_at,
            o.parent_shard, o.parent_id, h.worker_id, o.id_prefix, o.type, o.trace_parent
),
ended as (
  select shard, id, tenant, status, parent_shard, parent_id from lost where status <> :pending
),
{notes-to-kin},
{ends-listed},
queued as (
  insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
  select lane, -priority, run_at, shard, id from lost where status = :pending
),
recorded as (
  insert into holdfast.operation_attempts (shard, operation_id, fence, number, worker_id, started_at, outcome, error)
  select shard, id, fence, case when status = :pending then attempt - 1 else attempt end, worker_id, claimed_at,
         'lose', :lost_error::json
    from lost
),
forgotten as (
  delete from holdfast.operation_claims c
   using records r
   where c.worker_id = any (array[r.worker_id])
     and c.batch = r.batch
     and not exists (
       select
         from unnest(r.shards, r.ids) as h (shard, id)
         join holdfast.operations o on o.shard = any (array[h.shard]) and o.id = h.id
        where o.status = any(:sources::text[])
          and o.lease_owner = r.worker_id
          and not exists (select from held k where k.shard = h.shard and k.id = h.id)
     )
)
select l.id, l.status, l.id_prefix, l.type, l.fence, l.claimed_at, l.trace_parent,
       case when l.status = :pending then l.attempt - 1 else l.attempt end as number,
       (select count(*) from records)::integer as looked_at
  from (select 1) as always
  left join lost l on true
