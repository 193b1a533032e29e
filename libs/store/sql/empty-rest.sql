-- Deletes from the archive's rest what no month of it would hold any longer, oldest first: it has no month to go with. By
-- place in the table, so that no plan can walk the rest for each row; what an erasure deletes just now is left to it.
with requests as (
  delete from holdfast.request_archive_rest r
   where r.ctid = any (array(
     select o.ctid
       from holdfast.request_archive_rest o
      where o.finished_at < {archive-begins}
      order by o.finished_at
      limit :limit::integer
        for update skip locked
   ))
)
delete from holdfast.operation_archive_rest r
 where r.ctid = any (array(
   select o.ctid
     from holdfast.operation_archive_rest o
    where o.finished_at < {archive-begins}
    order by o.finished_at
    limit :limit::integer
      for update skip locked
 ))
