-- What the archive lacks and what it need not keep any longer, as statements to run: months from the oldest it holds to the
-- next one, and those before. A month of which something lies in the rest already stays there: looked for month by month,
-- because an anti-join may walk all of the rest. Nothing, when somebody else purges or keeps the archive just now.
-- Making and dropping a month locks the whole archive for a moment; who reads it for minutes is not waited for, because an
-- erasure would wait behind us.
with mine as materialized (
  select pg_try_advisory_xact_lock(:lock::bigint) as held, set_config('lock_timeout', '200', true)
),
{archive-changes}
select c.what, c.name, c.statement from changes c cross join mine where mine.held order by c.name
