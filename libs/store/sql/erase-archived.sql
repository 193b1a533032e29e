-- Takes an operation and its requests out of the archive. Every month is looked into by its primary key. The walk that
-- purged it did not wait for the disk; whoever is told that it is gone must not find it again after a crash, so its
-- tombstone is written once more: the commit of that waits, and with it for everything before.
with erased as (
  delete from holdfast.operation_archive a
   where a.shard = :shard::smallint and a.id = :id::uuid and a.tenant = :tenant::text
  returning a.id
),
requests as (
  delete from holdfast.request_archive r
   where r.shard = :shard::smallint and r.operation_id = :id::uuid and exists (select from erased)
),
confirmed as (
  update holdfast.operation_tombstones t
     set purged_at = t.purged_at
   where t.shard = :shard::smallint and t.id = :id::uuid and t.tenant = :tenant::text
)
select id from erased
