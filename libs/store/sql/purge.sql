-- Erases terminal operations and everything that was kept for them. The key stays as a tombstone, so that it never runs
-- again, and the id as a narrow row of its own, so that it is known as purged. The operations must have been locked by an
-- earlier statement: one that waits for the lock itself would not see what was written meanwhile, and leave it behind.
-- No row for one whose status forbids it.
with {erasure}
select id from erased
