import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Read model of an attempt that ended without success. */
@Entity({ name: 'operation_attempts' })
export class OperationAttemptEntity {
  @PrimaryColumn({ type: 'smallint' })
  shard!: number;

  @PrimaryColumn({ type: 'uuid', name: 'operation_id' })
  operationId!: string;

  @PrimaryColumn({ type: 'integer' })
  fence!: number;

  @Column({ type: 'integer' })
  number!: number;

  @Column({ type: 'uuid', name: 'worker_id', nullable: true })
  workerId!: string | null;

  @Column({ type: 'timestamptz', name: 'started_at' })
  startedAt!: Date;

  @Column({ type: 'timestamptz', name: 'ended_at' })
  endedAt!: Date;

  @Column({ type: 'text' })
  outcome!: string;

  @Column({ type: 'json', nullable: true })
  error!: unknown;
}
