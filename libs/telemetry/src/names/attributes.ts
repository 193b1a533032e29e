/**
 * Names of what Holdfast adds to spans and metrics, beside the semantic conventions of OpenTelemetry. The raw
 * idempotency key, inputs, results and error messages never enter telemetry.
 */
export const ATTRIBUTES = {
  operationId: 'holdfast.operation.id',
  operationType: 'holdfast.operation.type',
  operationStatus: 'holdfast.operation.status',
  idempotencyOutcome: 'holdfast.idempotency.outcome',
  idempotencyKeyHash: 'holdfast.idempotency.key_hash',
  clientAttempt: 'holdfast.client.attempt',
  clientMax: 'holdfast.client.max_attempts',
  clientReason: 'holdfast.client.reason',
  clientHintSource: 'holdfast.client.hint_source',
  attemptNumber: 'holdfast.attempt.number',
  attemptMax: 'holdfast.attempt.max',
  attemptFence: 'holdfast.attempt.fence',
  attemptOutcome: 'holdfast.attempt.outcome',
  waitingFor: 'holdfast.waiting_for',
  stepName: 'holdfast.step.name',
  stepKind: 'holdfast.step.kind',
  stepOrdinal: 'holdfast.step.ordinal',
  signalName: 'holdfast.signal.name',
  batchSize: 'holdfast.batch.size',
  sweepLostWorkers: 'holdfast.sweep.lost_workers',
  sweepRequeued: 'holdfast.sweep.requeued',
  sweepEnded: 'holdfast.sweep.ended',
  linkRole: 'holdfast.link.role',
  linkCreation: 'holdfast.link.creation',
  linkPreviousAttempt: 'holdfast.link.previous_attempt',
  linkReplays: 'holdfast.link.replays',
  linkMembers: 'holdfast.link.members',
} as const;

export type AttributeKey = keyof typeof ATTRIBUTES;

/** What each attribute says, for the reference. */
export const ATTRIBUTE_MEANINGS: Readonly<Record<AttributeKey, string>> = {
  operationId: 'id of the operation, as clients know it: the one to search for',
  operationType: 'type of the operation',
  operationStatus: 'status the answer was given with',
  idempotencyOutcome: 'what became of the idempotency key: created, replayed, reused, in_flight, expired or invalid',
  idempotencyKeyHash: 'first 16 hexadecimal digits of SHA-256 over tenant, a zero byte and the key',
  clientAttempt: 'which attempt of its own the client says this is, from 1',
  clientMax: 'attempts the client says it will make',
  clientReason: 'why the client says it repeats the request',
  clientHintSource: 'header family the client attempt was read from',
  attemptNumber: 'number of the attempt, from 1',
  attemptMax: 'attempts the operation may make',
  attemptFence: 'number of the claim, which grows also when a waiting operation goes on',
  attemptOutcome: 'event of the lifecycle that ended the attempt, or why nothing was written for it',
  waitingFor: 'what a suspended attempt waits for: timer, signal or child',
  stepName: 'name of the step',
  stepKind: 'step, transaction, call or compensation',
  stepOrdinal: 'order of a repeated step name, from 0',
  signalName: 'name of the signal',
  batchSize: 'items one statement wrote',
  sweepLostWorkers: 'workers whose lease was over',
  sweepRequeued: 'operations given back to wait',
  sweepEnded: 'operations that ended without their worker',
  linkRole: 'role of a link, on the link itself',
  linkCreation: 'the link to the span that created the operation, as traceid:spanid',
  linkPreviousAttempt: 'the link to the attempt under the claim before, as traceid:spanid',
  linkReplays: 'the links to requests answered by replay, as traceid:spanid',
  linkMembers: 'the links to spans whose writes a statement carried, as traceid:spanid',
};

/** What became of an idempotency key, as spans and metrics say it. */
export const IDEMPOTENCY_OUTCOMES = ['created', 'replayed', 'reused', 'in_flight', 'expired', 'invalid'] as const;
export type IdempotencyOutcome = (typeof IDEMPOTENCY_OUTCOMES)[number];
