json_build_object(
         'kind', s.kind, 'name', s.name, 'ordinal', s.ordinal, 'fence', s.fence,
         'startedAt', (extract(epoch from s.started_at) * 1000000)::bigint,
         'finishedAt', (extract(epoch from s.finished_at) * 1000000)::bigint,
         'dueAt', (extract(epoch from s.due_at) * 1000000)::bigint, 'error', s.error)
