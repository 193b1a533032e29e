pokes = o.pokes + 1,
         version = o.version + case when o.status = :pending and o.waiting_for in ('signal', 'child') then 1 else 0 end,
         updated_at = case when o.status = :pending and o.waiting_for in ('signal', 'child') then now() else o.updated_at end,
         run_at = case when o.status = :pending and o.waiting_for in ('signal', 'child') then now() else o.run_at end,
         waiting_name = case when o.status = :pending and o.waiting_for in ('signal', 'child') then null else o.waiting_name end,
         waiting_for = case when o.status = :pending and o.waiting_for in ('signal', 'child') then null else o.waiting_for end
