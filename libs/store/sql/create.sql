-- Stores the operations whose key is free; a key that is taken gives no row. Key, operation, due entry and deadline
-- are one statement, so none exists without the others. An operation for which a worker of this process keeps a slot is
-- claimed by the same statement, if it is due at once and has no deadline: it never stands in the queue. Keys are
-- inserted in key order: two batches that share keys wait for each other instead of deadlocking. The `is true` around
-- the look into `keyed` keeps it a hashed sub-plan: a nested loop over a large batch would be quadratic.
with asked as materialized (
  select *, (seat is true and run_at is null and delay_ms = 0 and deadline is null)::integer as fence
    from rows from (
      unnest(
        :shards::smallint[], :ids::uuid[], :tenants::text[], :keys::text[], :fingerprints::bytea[],
        :fingerprint_versions::smallint[], :id_prefixes::text[], :types::text[], :priorities::smallint[],
        :run_ats::timestamptz[], :delays_ms::float8[], :deadlines::timestamptz[], :max_attempts::integer[],
        :max_lost::integer[], :replay_windows_ms::bigint[], :trace_parents::text[], :type_versions::text[],
        :parent_shards::smallint[], :parent_ids::uuid[], :seats::boolean[]
      ),
      json_array_elements(:requests::json),
      jsonb_array_elements(:labels::jsonb)
    ) as a (
      shard, id, tenant, key, fingerprint, fingerprint_version, id_prefix, type, priority, run_at, delay_ms, deadline,
      max_attempts, max_lost, replay_window_ms, trace_parent, type_version, parent_shard, parent_id, seat, request,
      labels
    )
),
keyed as (
  insert into holdfast.idempotency_keys
    (shard, tenant, key, operation_id, id_prefix, fingerprint, fingerprint_version)
  select shard, tenant, key, id, id_prefix, fingerprint, fingerprint_version
    from asked
   order by shard, tenant, key
  on conflict (shard, tenant, key) do nothing
  returning operation_id
),
created as (
  insert into holdfast.operations
    (shard, id, tenant, type, id_prefix, status, idempotency_key, request, priority, labels, run_at, waiting_for,
     deadline, max_attempts, max_lost, replay_window_ms, trace_parent, type_version, parent_shard, parent_id,
     version, fence, attempt, lease_owner, claimed_at, started_at)
  select a.shard, a.id, a.tenant, a.type, a.id_prefix, case a.fence when 1 then :running else :pending end, a.key,
         a.request, a.priority, a.labels,
         coalesce(a.run_at, now() + a.delay_ms * interval '1 millisecond'),
         case when coalesce(a.run_at > now(), a.delay_ms > 0) then 'schedule' end,
         a.deadline, a.max_attempts, a.max_lost, a.replay_window_ms, a.trace_parent,
         a.type_version, a.parent_shard, a.parent_id,
         1 + a.fence, a.fence, a.fence, case a.fence when 1 then :worker_id::uuid end,
         case a.fence when 1 then now() end, case a.fence when 1 then now() end
    from asked a
   where (a.id in (select operation_id from keyed)) is true
  returning shard, id, lane, priority, run_at, waiting_for, deadline, created_at, fence
),
queued as (
  insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
  select lane, -priority, run_at, shard, id from created where fence = 0
),
held as (
  insert into holdfast.operation_claims (worker_id, batch, shards, ids)
  select :worker_id::uuid, :batch::integer, array_agg(shard), array_agg(id) from created where fence = 1
  having count(*) > 0
),
timed as (
  insert into holdfast.operation_deadlines (deadline, shard, id)
  select deadline, shard, id from created where deadline is not null
)
select id, run_at, waiting_for, created_at, fence from created
