-- The settings a promise depends on, as they are for this session: of the server, the database or the role.
select name, setting from pg_settings
 where name in ('server_version_num', 'fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names',
                'transaction_read_only', 'default_transaction_isolation')
