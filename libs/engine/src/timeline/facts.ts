import type {
  JsonValue,
  Micros,
  OperationError,
  OperationHistory,
  PastAttempt,
  PastResume,
  PastStep,
  TimelineEventType,
} from '@holdfast/kernel';
import { beginOf, outcomeOf } from './attempts.js';
import { dateAt } from './moment.js';

/** Something that happened, not yet in its place. */
export interface Fact {
  readonly at: Micros;
  readonly type: TimelineEventType;
  readonly data: Readonly<Record<string, JsonValue>>;
}

type Data = Fact['data'];

export function fact(at: Micros, type: TimelineEventType, data: Data = {}): Fact {
  return { at, type, data };
}

/** An error without its details, which may be large and are in the operation. */
export function briefly(error: OperationError | null): JsonValue {
  if (!error) return null;
  const { code, message, retryable, effect } = error;
  return { code, message, retryable, effect };
}

export function attemptFacts(attempt: PastAttempt, history: OperationHistory): Fact[] {
  const outcome = outcomeOf(attempt);
  if (outcome !== 'failed' && outcome !== 'lost' && outcome !== 'expired' && outcome !== 'canceled') return [];
  return [
    fact(attempt.endedAt, `attempt.${outcome}`, {
      number: attempt.number,
      startedAt: beginOf(attempt.number, attempt.startedAt, history).toISOString(),
      error: briefly(attempt.error),
    }),
  ];
}

const WAITS: Readonly<Partial<Record<PastStep['kind'], string>>> = { sleep: 'timer', signal: 'signal', call: 'child' };

/** The wait a step began with, if it was one, and how it ended, if it has. */
export function stepFacts(step: PastStep): Fact[] {
  const { kind, name, ordinal, startedAt, finishedAt, dueAt, error } = step;
  if (kind === 'failure') return [fact(startedAt, 'operation.compensating', { error: briefly(error) })];
  const facts: Fact[] = [];
  const reason = WAITS[kind];
  if (reason !== undefined && startedAt !== finishedAt) {
    const until = dueAt === null ? null : dateAt(dueAt).toISOString();
    facts.push(fact(startedAt, 'operation.waiting', { reason, name, until }));
  }
  if (finishedAt === null) return facts;
  const id = { kind, name, ordinal };
  if (error) facts.push(fact(finishedAt, 'step.failed', { ...id, error: briefly(error) }));
  else facts.push(fact(finishedAt, 'step.completed', id));
  return facts;
}

/** A resume, and what it took off the operation's row. */
export function resumeFacts(resume: PastResume): Fact[] {
  const { requestedAt, reason, fromStep, decision, failedAt, error, cancelRequestedAt, forgotten } = resume;
  return [
    ...(failedAt === null ? [] : [fact(failedAt, 'operation.failed', { error: briefly(error) })]),
    ...(cancelRequestedAt === null ? [] : [fact(cancelRequestedAt, 'cancel.requested')]),
    ...forgotten.flatMap(stepFacts),
    fact(requestedAt, 'operation.resumed', {
      reason,
      fromStep,
      decision: decision && { step: decision.step, outcome: decision.outcome },
      forgotten: forgotten.filter(({ kind }) => kind !== 'failure').length,
    }),
  ];
}

const WORK: readonly PastStep['kind'][] = ['step', 'transaction', 'compensation'];

/**
 * A step that was under way when a worker was lost is begun again. Nobody recorded its start, but it can be told: it is
 * the first piece of work that was finished under a later claim. One that does record its start says so itself, because
 * it is not begun again without an answer.
 */
export function rerunFacts({ attempts, steps, resumes }: OperationHistory): Fact[] {
  const finished = [...steps, ...resumes.flatMap(({ forgotten }) => forgotten)]
    .filter(({ kind, finishedAt }) => finishedAt !== null && WORK.includes(kind))
    .sort((a, b) => (a.finishedAt as Micros) - (b.finishedAt as Micros));
  const rerun = new Map<PastStep, PastAttempt>();
  for (const attempt of attempts) {
    const first = outcomeOf(attempt) === 'lost' && finished.find(({ fence }) => fence > attempt.fence);
    if (first) rerun.set(first, attempt);
  }
  return [...rerun].map(([{ kind, name, ordinal, finishedAt }, lost]) =>
    fact(finishedAt as Micros, 'step.rerun', { kind, name, ordinal, lostAttempt: lost.number }),
  );
}
