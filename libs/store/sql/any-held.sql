-- Whether any operation is still in the hands of these workers.
select exists (select from holdfast.operations where lease_owner = any(:ids::uuid[])) as held
