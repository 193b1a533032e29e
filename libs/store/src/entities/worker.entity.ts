import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Read model of a worker: one heartbeat row for each process. */
@Entity({ name: 'workers' })
export class WorkerEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', array: true })
  types!: string[];

  /** Null of a worker of the release before. */
  @Column({ type: 'text', array: true, nullable: true })
  lanes!: string[] | null;

  @Column({ type: 'integer' })
  concurrency!: number;

  @Column({ type: 'timestamptz', name: 'started_at' })
  startedAt!: Date;

  @Column({ type: 'timestamptz', name: 'renewed_at' })
  renewedAt!: Date;

  @Column({ type: 'timestamptz', name: 'lease_until' })
  leaseUntil!: Date;

  @Column({ type: 'timestamptz', name: 'lost_at', nullable: true })
  lostAt!: Date | null;
}
