-- Takes an operation and its requests out of the archive. Every month is looked into by its primary key.
with erased as (
  delete from holdfast.operation_archive a
   where a.shard = :shard::smallint and a.id = :id::uuid and a.tenant = :tenant::text
  returning a.shard, a.id, a.finished_at
),
requests as (
  delete from holdfast.request_archive r
   using erased e
   where r.shard = e.shard and r.operation_id = e.id and r.finished_at = e.finished_at
)
select id from erased
