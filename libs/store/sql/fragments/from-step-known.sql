exists (
       select from holdfast.operation_steps f
        where f.shard = o.shard and f.operation_id = o.id and f.name = :from_step::text
          and f.kind <> 'failure' and (f.kind <> 'step' or f.finished_at is not null)
     )
