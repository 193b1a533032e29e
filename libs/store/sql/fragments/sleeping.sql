o.status = :pending and o.waiting_for in ('signal', 'child')
