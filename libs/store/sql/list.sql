-- One page, newest first, by keyset: walks (tenant, id) between two ids. Without further filters a page costs what it
-- shows; with one that few operations pass, it costs the walk to them.
select {operation-columns}
  from holdfast.operations o
 where o.tenant = :tenant
   and o.id < :before::uuid
   and o.id >= :from::uuid
   and o.id <= :to::uuid
   and (:statuses::text[] is null or o.status = any(:statuses::text[]))
   and (:type::text is null or o.type = :type::text)
   and (:created_after::timestamptz is null or o.created_at > :created_after::timestamptz)
   and (:created_before::timestamptz is null or o.created_at < :created_before::timestamptz)
   and o.labels @> :labels::jsonb
 order by o.id desc
 limit :limit::integer
