import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Read model of one operation's row. Rows are changed only by the guarded statements in `sql/`. */
@Entity({ name: 'operations' })
export class OperationEntity {
  @PrimaryColumn({ type: 'smallint' })
  shard!: number;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  tenant!: string;

  @Column({ type: 'text' })
  type!: string;

  @Column({ type: 'text', name: 'type_version', nullable: true })
  typeVersion!: string | null;

  /** Type and version: where it waits. Computed by the database. */
  @Column({ type: 'text', insert: false, update: false })
  lane!: string;

  @Column({ type: 'text' })
  status!: string;

  @Column({ type: 'smallint' })
  priority!: number;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'integer' })
  fence!: number;

  @Column({ type: 'integer' })
  attempt!: number;

  @Column({ type: 'integer', name: 'max_attempts' })
  maxAttempts!: number;

  @Column({ type: 'integer' })
  lost!: number;

  @Column({ type: 'integer', name: 'max_lost' })
  maxLost!: number;

  @Column({ type: 'uuid', name: 'lease_owner', nullable: true })
  leaseOwner!: string | null;

  @Column({ type: 'timestamptz', name: 'run_at' })
  runAt!: Date;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;

  @Column({ type: 'timestamptz', name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'claimed_at', nullable: true })
  claimedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'cancel_requested_at', nullable: true })
  cancelRequestedAt!: Date | null;

  @Column({ type: 'timestamptz', nullable: true })
  deadline!: Date | null;

  @Column({ type: 'bigint', name: 'replay_window_ms' })
  replayWindowMs!: string;

  @Column({ type: 'text', name: 'id_prefix' })
  idPrefix!: string;

  @Column({ type: 'text', name: 'idempotency_key' })
  idempotencyKey!: string;

  @Column({ type: 'text', name: 'waiting_for', nullable: true })
  waitingFor!: string | null;

  @Column({ type: 'text', name: 'waiting_name', nullable: true })
  waitingName!: string | null;

  @Column({ type: 'text', name: 'trace_parent', nullable: true })
  traceParent!: string | null;

  @Column({ type: 'json', nullable: true })
  request!: unknown;

  @Column({ type: 'json', nullable: true })
  result!: unknown;

  @Column({ type: 'json', nullable: true })
  error!: unknown;

  @Column({ type: 'json', name: 'last_error', nullable: true })
  lastError!: unknown;

  @Column({ type: 'json', nullable: true })
  progress!: unknown;

  @Column({ type: 'jsonb' })
  labels!: Record<string, string>;

  @Column({ type: 'integer' })
  pokes!: number;

  @Column({ type: 'boolean' })
  compensates!: boolean;

  @Column({ type: 'smallint', name: 'parent_shard', nullable: true })
  parentShard!: number | null;

  @Column({ type: 'uuid', name: 'parent_id', nullable: true })
  parentId!: string | null;
}
