import { isTerminal, type OperationHistory, type TimelineEvent, type TimelineEventType } from '@holdfast/kernel';
import { attemptFacts, briefly, type Fact, fact, resumeFacts, rerunFacts, stepFacts } from './facts.js';
import { dateAt } from './moment.js';

/** The order of what happened in one statement, hence in the same microsecond: causes before what they cause. */
const ORDER: readonly TimelineEventType[] = [
  'operation.created',
  'operation.resumed',
  'operation.started',
  'request.replayed',
  'signal.received',
  'step.rerun',
  'step.completed',
  'step.failed',
  'operation.waiting',
  'cancel.requested',
  'operation.compensating',
  'attempt.failed',
  'attempt.lost',
  'attempt.expired',
  'attempt.canceled',
  'operation.succeeded',
  'operation.failed',
  'operation.canceled',
];
const RANK: ReadonlyMap<TimelineEventType, number> = new Map(ORDER.map((type, rank) => [type, rank]));

/**
 * Everything that has happened to an operation, in order. An event's id is its time in microseconds, moved on by one
 * for each that happened at the same moment; rows of one moment were written by one statement and are seen together, so
 * an id stays what it is. The end of the operation comes last, whatever the clocks of parallel transactions say, except
 * for replays, which go on.
 */
export function eventsOf(history: OperationHistory): TimelineEvent[] {
  const placed = factsOf(history).sort(compare);
  const end = endOf(history);
  if (!end) return numbered(placed);
  const isLate = ({ type, at }: Fact) => type === 'request.replayed' && at > end.at;
  return numbered([...placed.filter((each) => !isLate(each)), end, ...placed.filter(isLate)]);
}

/** Is this the event after which nothing more happens, unless somebody resumes? */
export function isEnd({ type }: TimelineEvent): boolean {
  return type === 'operation.succeeded' || type === 'operation.failed' || type === 'operation.canceled';
}

function factsOf(history: OperationHistory): Fact[] {
  const { operation, createdAt, startedAt, cancelRequestedAt } = history;
  return [
    fact(createdAt, 'operation.created', { type: operation.type }),
    ...(startedAt === null ? [] : [fact(startedAt, 'operation.started')]),
    ...(cancelRequestedAt === null ? [] : [fact(cancelRequestedAt, 'cancel.requested')]),
    ...history.attempts.flatMap((attempt) => attemptFacts(attempt, history)),
    ...history.steps.flatMap(stepFacts),
    ...rerunFacts(history),
    ...history.signals.map(({ receivedAt, name }) => fact(receivedAt, 'signal.received', { name })),
    ...history.resumes.flatMap(resumeFacts),
    ...history.requests
      .filter(({ outcome }) => outcome === 'replayed')
      .map(({ at, attempt, max, reason, traceId }) => fact(at, 'request.replayed', { attempt, max, reason, traceId })),
  ];
}

function endOf({ operation, finishedAt }: OperationHistory): Fact | null {
  const { status, error } = operation;
  if (finishedAt === null || !isTerminal(status)) return null;
  return fact(finishedAt, `operation.${status}`, status === 'succeeded' ? {} : { error: briefly(error) });
}

function compare(a: Fact, b: Fact): number {
  return a.at - b.at || rankOf(a) - rankOf(b) || order(nameOf(a), nameOf(b));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function rankOf({ type }: Fact): number {
  return RANK.get(type) ?? ORDER.length;
}

/** What tells apart two of a kind at the same moment, such as steps that one statement recorded. */
function nameOf({ data }: Fact): string {
  return JSON.stringify(data);
}

function numbered(facts: readonly Fact[]): TimelineEvent[] {
  let last = 0;
  return facts.map(({ at, type, data }) => {
    last = Math.max(last + 1, at);
    return { id: last, type, time: dateAt(at), data };
  });
}
