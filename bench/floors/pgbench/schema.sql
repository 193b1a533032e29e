create table op (
  id          bigint generated always as identity primary key,
  key         text not null unique,
  status      text not null default 'pending',
  input       jsonb not null,
  result      jsonb,
  claimed_at  timestamptz,
  finished_at timestamptz
) with (fillfactor = 70);
create index op_due on op (id) where status = 'pending';
