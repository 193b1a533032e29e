import type { AttributeKey } from './attributes.js';

/** A span that Holdfast makes: one row of the reference. */
export interface SpanRow {
  /** What it is called, `{type}` and `{name}` standing for the operation's type and the step's or signal's name. */
  readonly name: string;
  readonly kind: 'SERVER' | 'PRODUCER' | 'CONSUMER' | 'CLIENT' | 'INTERNAL';
  readonly when: string;
  readonly parent: string;
  readonly links: string;
  /** Ours, beside operation id and type, which every span about one operation carries. */
  readonly attributes: readonly AttributeKey[];
}

const REQUEST_HINTS = ['clientAttempt', 'clientMax', 'clientReason', 'clientHintSource'] as const;

export const SPANS = {
  request: {
    name: '{method} {route}',
    kind: 'SERVER',
    when: 'a request to the API',
    parent: 'the caller’s `traceparent`',
    links: 'cancel, resume, signal and delete: the creation',
    attributes: ['operationStatus', 'idempotencyOutcome', ...REQUEST_HINTS, 'linkCreation'],
  },
  create: {
    name: 'create {type}',
    kind: 'PRODUCER',
    when: 'a new operation is stored',
    parent: 'the request; for a child, the step that calls it',
    links: '–',
    attributes: ['idempotencyOutcome', 'idempotencyKeyHash'],
  },
  replay: {
    name: 'replay {type}',
    kind: 'INTERNAL',
    when: 'a key answers with the operation it already created',
    parent: 'the request',
    links: 'the creation',
    attributes: ['operationStatus', 'idempotencyOutcome', 'idempotencyKeyHash', ...REQUEST_HINTS, 'linkCreation'],
  },
  signal: {
    name: 'signal {name}',
    kind: 'PRODUCER',
    when: 'a signal is put into an operation’s box',
    parent: 'the request',
    links: 'the creation',
    attributes: ['signalName', 'linkCreation'],
  },
  attempt: {
    name: 'process {type}',
    kind: 'CONSUMER',
    when: 'a handler runs under one claim, or was lost with its worker',
    parent: 'none: a trace of its own',
    links: 'the creation, the attempt before, recent replays, signals and resumes',
    attributes: [
      'attemptNumber',
      'attemptMax',
      'attemptFence',
      'attemptOutcome',
      'waitingFor',
      'linkCreation',
      'linkPreviousAttempt',
      'linkReplays',
      'linkSignals',
      'linkResumes',
    ],
  },
  step: {
    name: '{kind} {name}',
    kind: 'INTERNAL',
    when: 'a step, transaction, call or compensation is executed',
    parent: 'the attempt',
    links: '–',
    attributes: ['stepName', 'stepKind', 'stepOrdinal'],
  },
  sweep: {
    name: 'sweep',
    kind: 'INTERNAL',
    when: 'a sweep repaired something',
    parent: 'none',
    links: 'attempts it found lost',
    attributes: ['sweepLostWorkers', 'sweepRequeued', 'sweepEnded', 'linkMembers'],
  },
  batch: {
    name: 'batch {statement}',
    kind: 'CLIENT',
    when: 'one statement carries the writes of many',
    parent: 'none',
    links: 'the creations and attempts it writes for',
    attributes: ['batchSize', 'linkMembers'],
  },
} as const satisfies Readonly<Record<string, SpanRow>>;

/** Events on spans, and what they tell. */
export const SPAN_EVENTS = {
  attemptLost: 'holdfast.attempt.lost',
} as const;

export const SPAN_EVENT_MEANINGS: Readonly<Record<keyof typeof SPAN_EVENTS, string>> = {
  attemptLost: 'on an attempt: the one before it was lost with its worker, and is linked',
};
