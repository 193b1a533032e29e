o.status = :pending and not o.compensates
