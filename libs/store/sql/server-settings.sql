-- The settings a promise depends on.
select name, setting from pg_settings
 where name in ('server_version_num', 'fsync', 'synchronous_commit', 'full_page_writes', 'transaction_read_only')
