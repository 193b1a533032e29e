import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests of an application's own routes that are executed once for each key. */
export class IdempotentRequests1764200000000 implements MigrationInterface {
  readonly name = 'IdempotentRequests1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations of Holdfast go forward only; restore a backup instead.'));
  }
}

const STATEMENTS = [
  // One row a key: held while lease_until is set, answered once finished_at is, free when neither is. `reruns` is what
  // was promised when it began, so that a deploy changes nothing for those under way. expires_at is set when a request
  // begins and stays, so that its index never stands in the way of an update.
  `create table holdfast.idempotent_requests (
     shard          smallint    not null,
     fence          integer     not null,
     reruns         boolean     not null,
     answer_status  smallint,
     begun_at       timestamptz not null default now(),
     lease_until    timestamptz,
     finished_at    timestamptz,
     expires_at     timestamptz not null,
     scope          text        not null,
     key            text        not null,
     fingerprint    bytea       not null,
     request        text,
     answer_headers json,
     answer_body    bytea,
     primary key (shard, scope, key),
     check (finished_at is null or (lease_until is null and answer_status is not null))
   ) with (fillfactor = 80)`,
  `create index idempotent_requests_expiry on holdfast.idempotent_requests (expires_at)`,
];
