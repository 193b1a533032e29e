-- What is known of requests by key. One whose window is over, or that was given back, is as good as unknown.
select r.shard, r.scope, r.key, r.fingerprint, r.request, r.reruns, r.lease_until <= now() as left_behind,
       r.answer_status, r.answer_headers, r.answer_body
  from unnest(:shards::smallint[], :scopes::text[], :keys::text[]) as a (shard, scope, key)
  join holdfast.idempotent_requests r on r.shard = any (array[a.shard]) and r.scope = a.scope and r.key = a.key
 where (r.lease_until is not null or r.finished_at is not null)
   and (r.expires_at > now() or r.lease_until > now())
