-- Wakes operations that were told to look again, and deletes the notes. One that does not sleep only counts the poke:
-- the worker that holds it compares the count before it puts the operation to sleep.
with mail as materialized (
  select shard, id, sender_id
    from holdfast.operation_messages
   where kind = 'look'
   limit :limit::integer
     for update skip locked
),
poked as (
  update holdfast.operations o
     set {poked}
    from (select distinct shard, id from mail) m
   where o.shard = any (array[m.shard]) and o.id = m.id
  returning o.shard, o.id, o.lane, o.priority, o.run_at, o.status
),
queued as (
  insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
  select lane, -priority, run_at, shard, id from poked where status = :pending and run_at = now()
  on conflict do nothing
),
delivered as (
  delete from holdfast.operation_messages x
   using mail m
   where x.shard = any (array[m.shard]) and x.id = m.id and x.sender_id = m.sender_id and x.kind = 'look'
)
select id from poked
