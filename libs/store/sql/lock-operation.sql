-- Locks an operation in one of these statuses against everybody for the length of a transaction: what is written for it
-- is there when the next statement looks, or never will be. In any other status it is neither locked nor waited for.
select o.status
  from holdfast.operations o
 where o.shard = :shard and o.id = :id and o.tenant = :tenant and o.status = any(:statuses::text[])
   for update
