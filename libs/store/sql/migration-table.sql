-- Whether this database has ever been migrated.
select to_regclass('holdfast.migrations') is not null as known
