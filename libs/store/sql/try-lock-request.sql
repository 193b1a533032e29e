-- Whether this transaction is the only one that executes the request; the lock ends with the transaction. Waiting for
-- the unique key instead would hold a connection for each duplicate.
select pg_try_advisory_xact_lock(:lock::bigint) as locked
