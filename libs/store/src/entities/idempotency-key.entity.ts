import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Read model of a key: the operation it created, or the tombstone of one. */
@Entity({ name: 'idempotency_keys' })
export class IdempotencyKeyEntity {
  @PrimaryColumn({ type: 'smallint' })
  shard!: number;

  @PrimaryColumn({ type: 'text' })
  tenant!: string;

  @PrimaryColumn({ type: 'text' })
  key!: string;

  @Column({ type: 'uuid', name: 'operation_id' })
  operationId!: string;

  @Column({ type: 'text', name: 'id_prefix' })
  idPrefix!: string;

  @Column({ type: 'bytea' })
  fingerprint!: Buffer;

  @Column({ type: 'smallint', name: 'fingerprint_version' })
  fingerprintVersion!: number;

  @Column({ type: 'text', name: 'final_status', nullable: true })
  finalStatus!: string | null;

  @Column({ type: 'timestamptz', name: 'purged_at', nullable: true })
  purgedAt!: Date | null;
}
