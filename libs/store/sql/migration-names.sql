-- The migrations this database has seen.
select name from holdfast.migrations order by timestamp
