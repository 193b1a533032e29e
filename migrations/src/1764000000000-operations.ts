import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first schema. Every table of operations starts its keys with `shard`, a pure function of tenant and key, so that
 * it can one day be the distribution column; on one server it costs two bytes. No index lies on a column that changes.
 */
export class Operations1764000000000 implements MigrationInterface {
  readonly name = 'Operations1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations of Holdfast go forward only; restore a backup instead.'));
  }
}

const STATEMENTS = [
  `create schema if not exists holdfast`,

  // One row each: the state machine. The CHECKs tie every status to the columns that must come with it. Half of each page
  // stays free for the versions that claim and finish write: 92 % of the updates then leave the indexes alone, against
  // 53 % at fillfactor 70 and 17 % at 90, and after its operations have run the table is smaller than at 70. Dead
  // versions are cleared away per twentieth of the table: with ten million finished rows the default would wait for
  // two million.
  `create table holdfast.operations (
     shard               smallint    not null check (shard between 0 and 255),
     priority            smallint    not null check (priority between -100 and 100),
     version             integer     not null default 1,
     fence               integer     not null default 0,
     attempt             integer     not null default 0,
     max_attempts        integer     not null check (max_attempts > 0),
     lost                integer     not null default 0,
     max_lost            integer     not null check (max_lost > 0),
     id                  uuid        not null,
     lease_owner         uuid,
     run_at              timestamptz not null,
     created_at          timestamptz not null default now(),
     updated_at          timestamptz not null default now(),
     started_at          timestamptz,
     claimed_at          timestamptz,
     finished_at         timestamptz,
     cancel_requested_at timestamptz,
     deadline            timestamptz,
     replay_window_ms    bigint      not null,
     status              text        not null,
     tenant              text        not null,
     type                text        not null,
     type_version        text,
     lane                text        not null generated always as (type || coalesce('@' || type_version, '')) stored,
     id_prefix           text        not null,
     idempotency_key     text        not null,
     waiting_for         text,
     waiting_name        text,
     trace_parent        text,
     request             json,
     result              json,
     error               json,
     last_error          json,
     progress            json,
     labels              jsonb       not null default '{}',
     primary key (shard, id),
     constraint operations_status_known check (status in ('pending', 'running', 'succeeded', 'failed', 'canceled')),
     constraint operations_terminal_is_finished
       check ((status in ('succeeded', 'failed', 'canceled')) = (finished_at is not null)),
     constraint operations_running_has_lease check ((status = 'running') = (lease_owner is not null)),
     constraint operations_result_of_success check (result is null or status = 'succeeded'),
     constraint operations_error_of_failure check ((error is not null) = (status in ('failed', 'canceled'))),
     constraint operations_waiting_is_pending
       check (waiting_for is null or (status = 'pending'
              and waiting_for in ('retry', 'schedule', 'timer', 'signal', 'child'))),
     constraint operations_counters check (fence >= 0 and attempt >= 0 and lost >= 0 and attempt <= max_attempts)
   ) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)`,

  // Lists walk a tenant's operations from the newest; neither column ever changes.
  `create index operations_by_tenant on holdfast.operations (tenant, id)`,

  // What ended without success, so that a list of failures never walks what succeeded. The statement that ends an
  // operation writes the row; a resume and a purge delete it. Each status is a walk of its own, newest first.
  `create table holdfast.unsuccessful_operations (
     shard  smallint not null,
     id     uuid     not null,
     tenant text     not null,
     status text     not null check (status in ('failed', 'canceled')),
     primary key (tenant, status, id, shard)
   )`,

  // Keys outlive their operations: the row becomes the tombstone.
  `create table holdfast.idempotency_keys (
     shard               smallint    not null check (shard between 0 and 255),
     fingerprint_version smallint    not null,
     operation_id        uuid        not null,
     purged_at           timestamptz,
     tenant              text        not null,
     key                 text        not null check (char_length(key) between 1 and 255),
     id_prefix           text        not null,
     final_status        text,
     fingerprint         bytea       not null,
     primary key (shard, tenant, key),
     constraint idempotency_keys_tombstone check ((purged_at is null) = (final_status is null))
   )`,

  // Tombstones are forgotten in this order; a key that is in use has no entry and pays nothing for it.
  `create index idempotency_keys_by_purge on holdfast.idempotency_keys (purged_at) where purged_at is not null`,

  // What is due, in the order in which it is claimed; the claim deletes the row. A lane is a type in one version, so
  // that a worker finds what it knows and nothing else. rank = -priority, because a primary
  // key cannot run downwards. Rows come and go in no time, so vacuum is due by their number alone, and at full speed.
  `create table holdfast.operation_queue (
     lane   text        not null,
     rank   smallint    not null,
     run_at timestamptz not null,
     shard  smallint    not null,
     id     uuid        not null,
     primary key (lane, rank, run_at, shard, id)
   ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
           autovacuum_vacuum_cost_delay = 0)`,

  // Only operations with a deadline have a row here, so the others pay nothing for it. What is over is deleted at the
  // index's beginning, like what is claimed.
  `create table holdfast.operation_deadlines (
     deadline timestamptz not null,
     shard    smallint    not null,
     id       uuid        not null,
     primary key (deadline, shard, id)
   ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`,

  // One row a worker process, updated by each heartbeat within its page; an id is never used again, so a lost worker cannot be taken for its successor.
  `create table holdfast.workers (
     id          uuid        primary key,
     name        text        not null,
     types       text[]      not null,
     concurrency integer     not null,
     started_at  timestamptz not null default now(),
     renewed_at  timestamptz not null default now(),
     lease_until timestamptz not null,
     lost_at     timestamptz
   ) with (fillfactor = 50)`,

  // What each claim took: the way to a dead worker's operations without an index on them.
  `create table holdfast.operation_claims (
     worker_id  uuid        not null,
     batch      integer     not null,
     claimed_at timestamptz not null default now(),
     shards     smallint[]  not null,
     ids        uuid[]      not null,
     primary key (worker_id, batch)
   ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)`,

  // Attempts that ended without success; a successful one is told by the operation itself.
  `create table holdfast.operation_attempts (
     shard        smallint    not null,
     operation_id uuid        not null,
     fence        integer     not null,
     number       integer     not null,
     worker_id    uuid,
     started_at   timestamptz not null,
     ended_at     timestamptz not null default now(),
     outcome      text        not null,
     error        json,
     primary key (shard, operation_id, fence)
   )`,

  // Who asked for a failed operation to go on, and why.
  `create table holdfast.operation_resumes (
     shard        smallint    not null,
     operation_id uuid        not null,
     version      integer     not null,
     requested_at timestamptz not null default now(),
     key          text,
     reason       text,
     primary key (shard, operation_id, version)
   )`,
  `create unique index operation_resumes_key on holdfast.operation_resumes (shard, operation_id, key)
     where key is not null`,
];
