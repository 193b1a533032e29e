-- Sessions of processes that work on this database.
select count(*)::integer as working
  from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid()
   and application_name ~ '^holdfast( (all|api|worker|listen|migrate))?$'
