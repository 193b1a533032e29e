o.shard, o.id, o.tenant, o.type, o.id_prefix, o.status, o.version, o.attempt, o.max_attempts, o.last_error,
o.waiting_for, o.waiting_name, o.progress, o.result, o.error, o.idempotency_key, o.replay_window_ms, o.priority,
o.labels, o.trace_parent, o.run_at, o.deadline, o.created_at, o.started_at, o.updated_at, o.finished_at,
o.cancel_requested_at
