o.cancel_requested_at is null or o.compensates
