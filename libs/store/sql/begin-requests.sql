-- Begins requests: a key nobody has, one whose window is over, one that was given back, or one that a dead process left
-- behind and that may run again. A key that is held or answered gives no row. Of equal keys in one batch the first goes
-- on, because a statement may touch a row once only.
with asked as materialized (
  select distinct on (shard, scope, key) *
    from unnest(
      :shards::smallint[], :scopes::text[], :keys::text[], :fingerprints::bytea[], :requests::text[],
      :reruns::boolean[], :leases_ms::float8[], :windows_ms::float8[]
    ) with ordinality as a (shard, scope, key, fingerprint, request, reruns, lease_ms, window_ms, place)
   order by shard, scope, key, place
)
insert into holdfast.idempotent_requests as r
  (shard, scope, key, fence, fingerprint, request, reruns, lease_until, expires_at)
select shard, scope, key, 1, fingerprint, request, reruns, now() + lease_ms * interval '1 millisecond',
       now() + window_ms * interval '1 millisecond'
  from asked
 order by shard, scope, key
on conflict (shard, scope, key) do update
   set fence = r.fence + 1, fingerprint = excluded.fingerprint, request = excluded.request, reruns = excluded.reruns,
       begun_at = now(), lease_until = excluded.lease_until, expires_at = excluded.expires_at, finished_at = null,
       answer_status = null, answer_headers = null, answer_body = null
 where (r.lease_until is null and r.finished_at is null)
    or (r.expires_at <= now() and (r.lease_until is null or r.lease_until <= now()))
    or (r.lease_until <= now() and r.reruns and r.fingerprint = excluded.fingerprint)
returning shard, scope, key, fence
