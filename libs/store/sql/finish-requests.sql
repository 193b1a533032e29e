-- Stores the answers of requests, each only under the fence of its claim.
update holdfast.idempotent_requests r
   set answer_status = a.status, answer_headers = a.headers::json, answer_body = a.body, finished_at = now(),
       lease_until = null
  from unnest(
         :shards::smallint[], :scopes::text[], :keys::text[], :fences::integer[], :statuses::smallint[],
         :headers::text[], :bodies::bytea[]
       ) as a (shard, scope, key, fence, status, headers, body)
 where r.shard = any (array[a.shard]) and r.scope = a.scope and r.key = a.key and r.fence = a.fence and r.lease_until is not null
returning r.shard, r.scope, r.key
