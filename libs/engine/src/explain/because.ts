import {
  type Circumstances,
  MOVES,
  type MoveName,
  type NextMove,
  type Reason,
  type ReasonCode,
  type ReasonData,
  sentenceOf,
} from '@holdfast/kernel';

/** A reason with its sentence from the catalogue. */
export function because<Code extends ReasonCode>(code: Code, data: ReasonData<Code>): Reason {
  return { code, detail: sentenceOf(code, data), data } as unknown as Reason;
}

/** The next move with its sentence from the catalogue; `at` null for a time that nobody knows. */
export function move(name: MoveName, at: Date | null = null): NextMove {
  const { event, detail } = MOVES[name];
  return { event, at, detail };
}

/** Over by the database's clock. What has something to undo is not ended by it, but sent to a worker. */
export function overdue({ operation: { deadline }, asOf, compensates }: Circumstances): Date | null {
  return deadline !== null && deadline <= asOf && !compensates ? deadline : null;
}

/** That a deadline is still to come. What waits for an event «without end» ends there all the same. */
export function deadlineAhead({ operation: { deadline }, asOf }: Circumstances): Reason[] {
  return deadline !== null && deadline > asOf ? [because('deadline_ahead', { deadline })] : [];
}

/** That it is being undone, or will be by whoever takes it next. */
export function undoing({ operation, compensates, isUndoing, asOf }: Circumstances): Reason[] {
  const { cancelRequestedAt, deadline } = operation;
  if (!compensates && !isUndoing) return [];
  if (cancelRequestedAt !== null) return [because('undoing', { because: 'canceled' })];
  if (isUndoing) return [because('undoing', { because: 'failed' })];
  return deadline !== null && deadline <= asOf ? [because('undoing', { because: 'deadline' })] : [];
}
