o.status = any(:terminal::text[])
     and o.finished_at + o.replay_window_ms * interval '1 millisecond' <= now()
     and not exists (
       select from holdfast.operations p
        where p.shard = any (array[o.parent_shard]) and p.id = o.parent_id and p.status = any(:live::text[])
     )
