import type { Client } from 'pg';

export interface OperationRow {
  readonly uuid: string;
  readonly tenant: string;
  readonly key: string;
  readonly type: string;
  readonly status: string;
  readonly version: number;
  readonly fence: number;
  readonly attempt: number;
  readonly lost: number;
  readonly request: { readonly input: Readonly<Record<string, unknown>>; readonly delayMs?: number };
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly error: { readonly code: string } | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

export interface KeyRow {
  readonly tenant: string;
  readonly key: string;
  readonly uuid: string;
  readonly purged: boolean;
}

export interface StepRow {
  readonly uuid: string;
  readonly kind: string;
  readonly name: string;
  readonly finished: boolean;
  readonly output: unknown;
}

/** An attempt that ended without success. */
export interface AttemptRow {
  readonly uuid: string;
  readonly fence: number;
  readonly number: number;
  readonly worker: string | null;
  readonly outcome: string;
  readonly error: { readonly message: string } | null;
}

/** What a transaction of a handler has written. */
export interface BookedRow {
  readonly operation: string;
  readonly step: string;
  readonly token: string;
}

/** All that the database knows at one moment, by its own clock. */
export interface Snapshot {
  readonly now: Date;
  readonly operations: readonly OperationRow[];
  readonly keys: readonly KeyRow[];
  readonly steps: readonly StepRow[];
  readonly attempts: readonly AttemptRow[];
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
      `select id as uuid, tenant, idempotency_key as key, type, status, version, fence, attempt, lost, request, result,
              error, created_at, started_at, finished_at
         from holdfast.operations`,
    ),
    keys: await read<KeyRow>(
      `select tenant, key, operation_id as uuid, purged_at is not null as purged from holdfast.idempotency_keys`,
    ),
    steps: await read<StepRow>(
      `select operation_id as uuid, kind, name, finished_at is not null as finished, output
         from holdfast.operation_steps`,
    ),
    attempts: await read<AttemptRow>(
      `select operation_id as uuid, fence, number, worker_id as worker, outcome, error
         from holdfast.operation_attempts`,
    ),
    booked: await read<BookedRow>('select operation, step, token from booked'),
  };
  await client.query('commit');
  return snapshot;
}
