-- Puts a signal into an operation's box and wakes it if it waits for something. The row lock makes sequence and wake
-- one: a worker that puts the operation to sleep at the same moment compares the pokes it has seen. Only the statement
-- that wakes it (its run_at is this very now) makes it due: another due entry would wait for a claim that waits for us.
with target as materialized (
  select o.shard, o.id, o.status, o.pokes
    from holdfast.operations o
   where o.shard = :shard and o.id = :id and o.tenant = :tenant
     for update
),
known as materialized (
  select s.fingerprint
    from holdfast.operation_signals s
   where s.shard = :shard and s.operation_id = :id and s.name = :name and s.key = :key
),
sent as (
  insert into holdfast.operation_signals (shard, operation_id, sequence, name, key, fingerprint, payload, trace_parent)
  select t.shard, t.id, t.pokes + 1, :name, :key, :fingerprint, :payload::json, :trace_parent
    from target t
   where t.status = any(:live::text[]) and not exists (select from known)
  on conflict do nothing
  returning shard, operation_id
),
poked as (
  update holdfast.operations o
     set {poked}
    from sent s
   where o.shard = s.shard and o.id = s.operation_id
  returning o.shard, o.id, o.lane, o.priority, o.run_at, o.status
),
queued as (
  insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
  select lane, -priority, run_at, shard, id from poked where status = :pending and run_at = now()
  on conflict do nothing
)
select t.status, (select fingerprint from known) as known_fingerprint, exists (select from sent) as sent
  from target t
