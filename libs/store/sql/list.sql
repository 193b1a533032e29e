-- One page, newest first, by keyset: walks (tenant, id) between two ids until the page is full, for `walk_max` operations
-- at most. The last one of a walk that was cut comes along whether it passes the filters or not: it says where to go on. With rows
-- instead of a range, versions before 16 do not look at one operation more than they count.
select w.*
  from (
    select {operation-columns}, row_number() over (order by o.id desc rows unbounded preceding) as position, {list-passes} as passes
      from holdfast.operations o
     where o.tenant = :tenant and o.id < :before::uuid and o.id >= :from::uuid and o.id <= :to::uuid
     order by o.id desc
     limit :walk_max::integer
  ) w
 where w.passes or w.position = :walk_max::integer
 order by w.id desc
 limit :limit::integer
