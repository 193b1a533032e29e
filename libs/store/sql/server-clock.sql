-- The time that counts, in ms since 1970.
select extract(epoch from clock_timestamp())::float8 * 1000 as now_ms
