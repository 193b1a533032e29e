json_build_object(
         'at', (extract(epoch from q.at) * 1000000)::bigint, 'outcome', q.outcome, 'attempt', q.client_attempt,
         'max', q.client_max, 'reason', q.reason, 'traceParent', q.trace_parent)
