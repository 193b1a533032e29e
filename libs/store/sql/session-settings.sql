-- What a session has in force.
select name, setting from pg_settings
