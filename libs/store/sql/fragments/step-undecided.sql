exists (
       select from holdfast.operation_steps d
        where d.shard = o.shard and d.operation_id = o.id and d.name = :decided_step::text
          and d.kind = 'step' and d.finished_at is null
     )
