-- The same for statuses that few operations have: failed and canceled ones stand in a narrow table, running ones in the
-- records of what was claimed. Neither is the truth: the status is compared on the operation itself. The records of all
-- tenants are looked through, which is as much as all workers hold at once. `limit 1` keeps each look into operations a
-- look by key under every plan.
with held as materialized (
  select o.id, o.shard
    from holdfast.operation_claims c
   cross join unnest(c.shards, c.ids) as h (shard, id)
   cross join lateral (
      select r.id, r.shard
        from holdfast.operations r
       where r.shard = h.shard and r.id = h.id and r.tenant = :tenant and r.status = :running
       limit 1
   ) o
   where :running = any(:statuses::text[])
     and h.id < :before::uuid and h.id >= :from::uuid and h.id <= :to::uuid
)
select w.*
  from (
    select {operation-columns}, row_number() over (order by n.id desc) as position, {list-passes} as passes
      from (
        select u.id, u.shard
          from unnest(:statuses::text[]) as t (status)
         cross join lateral (
            select l.id, l.shard
              from holdfast.unsuccessful_operations l
             where l.tenant = :tenant and l.status = t.status
               and l.id < :before::uuid and l.id >= :from::uuid and l.id <= :to::uuid
             order by l.id desc
             limit :walk_max::integer
          ) u
         union
        select id, shard from held
         order by id desc
         limit :walk_max::integer
      ) n
     cross join lateral (
        select a.* from holdfast.operations a where a.shard = n.shard and a.id = n.id limit 1
     ) o
     order by n.id desc
  ) w
 where w.passes or w.position = :walk_max::integer
 order by w.id desc
 limit :limit::integer
