told as (
  insert into holdfast.operation_messages (shard, id, sender_id, kind)
  select e.parent_shard, e.parent_id, e.id, 'look' from ended e where e.parent_id is not null
  on conflict do nothing
),
stopped as (
  insert into holdfast.operation_messages (shard, id, sender_id, kind)
  select get_byte(uuid_send(s.child_id), 15), s.child_id, e.id, 'cancel'
    from ended e
    join holdfast.operation_steps s on s.shard = any (array[e.shard]) and s.operation_id = e.id
   where e.status <> :succeeded and s.kind = 'call' and s.finished_at is null and s.child_id is not null
  on conflict do nothing
)
