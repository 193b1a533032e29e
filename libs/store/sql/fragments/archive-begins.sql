date_trunc('month', (now() - :archive_ms::bigint * interval '1 millisecond') at time zone 'UTC') at time zone 'UTC'
