import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a purge may leave for analysis, by the month in which the operation ended (UTC): a month is dropped whole, which
 * costs the same however much it holds. The months themselves are made by who purges; until then, and for
 * a user who may not create tables, everything lands in the rest.
 */
export class OperationArchive1764300000000 implements MigrationInterface {
  readonly name = 'OperationArchive1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations of Holdfast go forward only; restore a backup instead.'));
  }
}

const STATEMENTS = [
  // Nothing that a client or a handler wrote: no key, input, result, message, label or progress.
  `create table holdfast.operation_archive (
     shard        smallint    not null,
     attempts     integer     not null,
     lost         integer     not null,
     replays      integer     not null,
     id           uuid        not null,
     created_at   timestamptz not null,
     started_at   timestamptz,
     finished_at  timestamptz not null,
     status       text        not null,
     tenant       text        not null,
     type         text        not null,
     type_version text,
     error_code   text,
     trace_id     text,
     primary key (shard, id, finished_at)
   ) partition by range (finished_at)`,

  // Its replays, and its creation where that was not the client's first try. finished_at is the operation's, so that
  // both go with the same month.
  `create table holdfast.request_archive (
     shard          smallint    not null,
     client_attempt integer,
     client_max     integer,
     operation_id   uuid        not null,
     id             uuid        not null,
     at             timestamptz not null,
     finished_at    timestamptz not null,
     outcome        text        not null,
     reason         text,
     trace_id       text,
     primary key (shard, operation_id, finished_at, id)
   ) partition by range (finished_at)`,

  // The rest cannot be dropped with a month, so it is emptied from its oldest row on.
  'create table holdfast.operation_archive_rest partition of holdfast.operation_archive default',
  'create table holdfast.request_archive_rest partition of holdfast.request_archive default',
  'create index operation_archive_rest_age on holdfast.operation_archive_rest (finished_at)',
  'create index request_archive_rest_age on holdfast.request_archive_rest (finished_at)',
];
