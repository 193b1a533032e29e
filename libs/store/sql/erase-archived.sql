-- Takes an operation and its requests out of the archive. Every month is looked into by its primary key.
with erased as (
  delete from holdfast.operation_archive a
   where a.shard = :shard::smallint and a.id = :id::uuid and a.tenant = :tenant::text
  returning a.id
),
requests as (
  delete from holdfast.request_archive r
   where r.shard = :shard::smallint and r.operation_id = :id::uuid and exists (select from erased)
)
select id from erased
