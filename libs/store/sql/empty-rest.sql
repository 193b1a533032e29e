-- Deletes from the archive's rest what no month of it would hold any longer, oldest first: it has no month to go with.
with operations as materialized (
  select r.shard, r.id, r.finished_at
    from holdfast.operation_archive_rest r
   where r.finished_at < {archive-begins}
   order by r.finished_at
   limit :limit::integer
),
requests as materialized (
  select r.shard, r.operation_id, r.finished_at, r.id
    from holdfast.request_archive_rest r
   where r.finished_at < {archive-begins}
   order by r.finished_at
   limit :limit::integer
),
without_requests as (
  delete from holdfast.request_archive_rest r
   using requests q
   where r.shard = q.shard and r.operation_id = q.operation_id and r.finished_at = q.finished_at and r.id = q.id
)
delete from holdfast.operation_archive_rest r
 using operations o
 where r.shard = o.shard and r.id = o.id and r.finished_at = o.finished_at
