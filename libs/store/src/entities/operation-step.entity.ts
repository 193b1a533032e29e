import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Read model of a step: a memory when it is finished, otherwise a wait or a start of unknown outcome. */
@Entity({ name: 'operation_steps' })
export class OperationStepEntity {
  @PrimaryColumn({ type: 'smallint' })
  shard!: number;

  @PrimaryColumn({ type: 'uuid', name: 'operation_id' })
  operationId!: string;

  @PrimaryColumn({ type: 'text' })
  kind!: string;

  @PrimaryColumn({ type: 'text' })
  name!: string;

  @PrimaryColumn({ type: 'integer' })
  ordinal!: number;

  @Column({ type: 'integer' })
  fence!: number;

  @Column({ type: 'timestamptz', name: 'started_at' })
  startedAt!: Date;

  @Column({ type: 'timestamptz', name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'due_at', nullable: true })
  dueAt!: Date | null;

  @Column({ type: 'uuid', name: 'child_id', nullable: true })
  childId!: string | null;

  @Column({ type: 'integer', name: 'signal_sequence', nullable: true })
  signalSequence!: number | null;

  @Column({ type: 'json', nullable: true })
  output!: unknown;

  @Column({ type: 'json', nullable: true })
  error!: unknown;
}
