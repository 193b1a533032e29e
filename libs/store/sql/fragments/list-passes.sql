(:statuses::text[] is null or o.status = any(:statuses::text[]))
         and (:type::text is null or o.type = :type::text)
         and (:created_after::timestamptz is null or o.created_at > :created_after::timestamptz)
         and (:created_before::timestamptz is null or o.created_at < :created_before::timestamptz)
         and o.labels @> :labels::jsonb
