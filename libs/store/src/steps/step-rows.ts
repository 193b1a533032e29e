import type {
  HeldOperation,
  OperationError,
  ReceivedSignal,
  SignalsInBox,
  StepKind,
  StepRecord,
  StepWrite,
} from '@holdfast/kernel';
import { columns } from '../batch/columns.js';
import type { Executor, Values } from '../statements/executor.js';
import { fenced } from '../work/settle-operations.js';

interface StepRow {
  readonly shard: number;
  readonly operation_id: string;
  readonly kind: StepKind;
  readonly name: string;
  readonly ordinal: number;
  readonly fence: number;
  readonly finished: boolean;
  readonly output: string | null;
  readonly error: string | null;
  readonly child_id: string | null;
  readonly signal_sequence: number | null;
  readonly due_in_ms: number | null;
}

/** The steps of each operation, in the order in which they began. */
export async function loadSteps(executor: Executor, held: readonly HeldOperation[]): Promise<StepRecord[][]> {
  const rows = await executor.run<StepRow>(
    'load-steps',
    columns(held, { shards: (item) => item.shard, ids: (item) => item.uuid }),
  );
  const byOperation = new Map<string, StepRecord[]>();
  for (const row of rows) {
    const steps = byOperation.get(row.operation_id);
    if (steps) steps.push(toStep(row));
    else byOperation.set(row.operation_id, [toStep(row)]);
  }
  return held.map((item) => byOperation.get(item.uuid) ?? []);
}

function toStep(row: StepRow): StepRecord {
  return {
    kind: row.kind,
    name: row.name,
    ordinal: row.ordinal,
    fence: row.fence,
    finished: row.finished,
    output: row.output,
    error: row.error === null ? null : (JSON.parse(row.error) as OperationError),
    dueInMs: row.due_in_ms,
    childUuid: row.child_id,
    signalSequence: row.signal_sequence,
  };
}

/** The parameters of `record-step.sql`. */
export function stepValues(steps: readonly StepWrite[]): Values {
  return {
    ...fenced(steps),
    ...columns(steps, {
      kinds: (step) => step.kind,
      names: (step) => step.name,
      ordinals: (step) => step.ordinal,
      finished: (step) => step.finished,
      outputs: (step) => step.output,
      errors: (step) => (step.error === null ? null : JSON.stringify(step.error)),
      dues_in_ms: (step) => step.dueInMs,
      children: (step) => step.childUuid,
      signal_sequences: (step) => step.signalSequence,
    }),
  };
}

const keyOf = (step: { id: string; kind: string; name: string; ordinal: number }) =>
  `${step.id} ${step.kind} ${step.ordinal} ${step.name}`;

/** Writes checkpoints; false for each whose fence did not match. */
export async function recordSteps(executor: Executor, steps: readonly StepWrite[]): Promise<boolean[]> {
  const rows = await executor.run<{ id: string; kind: string; name: string; ordinal: number }>(
    'record-step',
    stepValues(steps),
  );
  const held = new Set(rows.map(keyOf));
  return steps.map((step) => held.has(keyOf({ ...step, id: step.uuid })));
}

export async function loadSignals(executor: Executor, held: HeldOperation, name: string): Promise<SignalsInBox> {
  const rows = await executor.run<{ pokes: number; sequence: number | null; payload: string | null }>('load-signals', {
    shard: held.shard,
    id: held.uuid,
    name,
  });
  const received: ReceivedSignal[] = rows.flatMap(({ sequence, payload }) =>
    sequence === null ? [] : [{ sequence, payload }],
  );
  return { pokes: rows[0]?.pokes ?? 0, received };
}
