create table ledger_entries (
  id integer primary key generated always as identity,
  invoice text not null,
  cents integer not null
);

create table ledger_balances (account text primary key, cents integer not null);

insert into ledger_balances values ('receivables', 0);
