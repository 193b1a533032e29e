import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Steps, signals, children and the messages that wake whoever waits for them. */
export class DurableSteps1764100000000 implements MigrationInterface {
  readonly name = 'DurableSteps1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations of Holdfast go forward only; restore a backup instead.'));
  }
}

const STATEMENTS = [
  // `pokes` counts what has come in for an operation, so that a worker which puts it to sleep can tell in the same
  // statement whether something came in meanwhile. The parent is told through a row of its own, never across shards.
  `alter table holdfast.operations
     add column pokes        integer  not null default 0,
     add column compensates  boolean  not null default false,
     add column parent_shard smallint,
     add column parent_id    uuid`,

  // A checkpoint. Finished rows are memories; a row without finished_at is a wait, or a step that may not run again
  // and whose outcome is not known yet.
  `create table holdfast.operation_steps (
     shard           smallint    not null,
     ordinal         integer     not null,
     fence           integer     not null,
     signal_sequence integer,
     operation_id    uuid        not null,
     child_id        uuid,
     started_at      timestamptz not null default now(),
     finished_at     timestamptz,
     due_at          timestamptz,
     kind            text        not null
       check (kind in ('step', 'transaction', 'sleep', 'signal', 'call', 'compensation', 'failure')),
     name            text        not null,
     output          json,
     error           json,
     primary key (shard, operation_id, kind, name, ordinal)
   )`,

  // What was sent to an operation, in the order in which it came: sequence is the operation's count of pokes.
  `create table holdfast.operation_signals (
     shard        smallint    not null,
     sequence     integer     not null,
     operation_id uuid        not null,
     received_at  timestamptz not null default now(),
     name         text        not null,
     key          text        not null,
     fingerprint  bytea       not null,
     payload      json,
     primary key (shard, operation_id, name, key)
   )`,

  // Outbox between operations: «look again» for a parent, «stop» for a child. Deleted when delivered.
  `create table holdfast.operation_messages (
     shard     smallint    not null,
     id        uuid        not null,
     sender_id uuid        not null,
     kind      text        not null check (kind in ('look', 'cancel')),
     sent_at   timestamptz not null default now(),
     primary key (shard, id, sender_id, kind)
   ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)`,

  // Every create and replay: who asked, how often, and why again. Never awaited by the answer it is about.
  `create table holdfast.operation_requests (
     shard          smallint    not null,
     operation_id   uuid        not null,
     id             uuid        not null,
     at             timestamptz not null default now(),
     outcome        text        not null,
     client_attempt integer,
     client_max     integer,
     reason         text,
     trace_parent   text,
     primary key (shard, operation_id, id)
   )`,

  // A resume takes off the operation's row how it had ended, and may make steps forgotten: both are kept here, so that
  // the story of the operation stays the same.
  `alter table holdfast.operation_resumes
     add column from_step           text,
     add column decision            json,
     add column failed_at           timestamptz,
     add column error               json,
     add column cancel_requested_at timestamptz,
     add column forgotten           json`,

  // Ids of purged operations. A row of its own, so that the operation's row can go with all that it holds, and neither
  // reads nor lists have to look past what is purged; it is looked for only when an id is not found.
  `create table holdfast.operation_tombstones (
     shard        smallint    not null,
     id           uuid        not null,
     purged_at    timestamptz not null default now(),
     tenant       text        not null,
     id_prefix    text        not null,
     final_status text        not null,
     primary key (shard, id)
   )`,
];
