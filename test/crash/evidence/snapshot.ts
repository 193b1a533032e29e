import type { Client } from 'pg';
import type {
  AttemptRow,
  BookedRow,
  KeyRow,
  OperationRow,
  ResumeRow,
  SignalRow,
  StepRow,
  TombstoneRow,
} from './rows.js';

/** All that the database knows at one moment, by its own clock. */
export interface Snapshot {
  readonly now: Date;
  readonly operations: readonly OperationRow[];
  readonly keys: readonly KeyRow[];
  readonly tombstones: readonly TombstoneRow[];
  readonly steps: readonly StepRow[];
  readonly attempts: readonly AttemptRow[];
  readonly resumes: readonly ResumeRow[];
  readonly signals: readonly SignalRow[];
  readonly booked: readonly BookedRow[];
}

/** Reads everything in one transaction, so that no part is younger than another. */
export async function takeSnapshot(client: Client): Promise<Snapshot> {
  const read = async <Row>(text: string): Promise<Row[]> => (await client.query(text)).rows as Row[];
  await client.query('begin isolation level repeatable read read only');
  const [clock] = await read<{ now: Date }>('select now() as now');
  const snapshot = {
    now: clock?.now as Date,
    operations: await read<OperationRow>(
      `select id as uuid, tenant, idempotency_key as key, type, status, version, fence, attempt, lost, pokes, request,
              result, error, parent_id as parent, created_at, started_at, finished_at, cancel_requested_at
         from holdfast.operations`,
    ),
    keys: await read<KeyRow>(
      `select tenant, key, operation_id as uuid, purged_at is not null as purged, final_status
         from holdfast.idempotency_keys`,
    ),
    tombstones: await read<TombstoneRow>('select id as uuid, tenant, final_status from holdfast.operation_tombstones'),
    steps: await read<StepRow>(
      `select operation_id as uuid, kind, name, ordinal, finished_at is not null as finished, output,
              signal_sequence as sequence
         from holdfast.operation_steps`,
    ),
    attempts: await read<AttemptRow>(
      `select operation_id as uuid, fence, number, worker_id as worker, outcome, error
         from holdfast.operation_attempts`,
    ),
    resumes: await read<ResumeRow>(
      `select operation_id as uuid, version, key, error, cancel_requested_at from holdfast.operation_resumes`,
    ),
    signals: await read<SignalRow>(
      'select operation_id as uuid, sequence, name, key, payload from holdfast.operation_signals',
    ),
    booked: await read<BookedRow>('select operation, step, token from booked'),
  };
  await client.query('commit');
  return snapshot;
}
