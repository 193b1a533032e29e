-- Wakes other processes. Sent after the commit it tells of and never inside it: a notifying transaction takes a
-- database-wide lock at commit.
select pg_notify('holdfast', payload) from unnest(:payloads::text[]) as p (payload)
