-- A worker begins: from now on its lease is what keeps its operations.
insert into holdfast.workers (id, name, types, lanes, concurrency, lease_until)
values (:worker_id::uuid, :name, :types::text[], :lanes::text[], :concurrency::integer,
        now() + :lease_ms::float8 * interval '1 millisecond')
