o.cancel_requested_at is not null and not o.compensates
