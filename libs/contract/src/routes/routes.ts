import type { ErrorSlug } from '@holdfast/kernel';
import { HEADER } from '../headers/header-names.js';
import {
  BODY_REFUSALS,
  CONTROLLED,
  CREATED,
  LOCATED,
  LOOKUP_REFUSALS,
  READ_PROMISE,
  SIGNALED,
  success,
  UNCHANGED,
  VERSIONED,
} from './route-parts.js';
import type { Route } from './route.js';
import { SERVICE_ROUTES } from './service-routes.js';

/** What any route can answer whatever is asked of it. */
export const COMMON_REFUSALS: readonly ErrorSlug[] = [
  'request-malformed',
  'request-timeout',
  'headers-too-large',
  'internal',
];

/**
 * The front door as data: routing, authentication, key rules, OpenAPI and `GET /idempotency-policy` are made from it.
 * A route that is not here does not exist.
 */
export const ROUTES = {
  createOperation: {
    method: 'POST',
    path: '/operations',
    summary: 'Create an operation, or get the one this key already created',
    access: 'tenant',
    key: 'required',
    body: { schema: 'CreateOperation', required: true },
    parameters: ['prefer', 'traceparent', 'attempt'],
    retry: {
      repeatable: true,
      promise:
        'However often the same key and body are sent, there is one operation; every repeat answers with it as it is.',
    },
    successes: [
      success(202, 'New or replayed, and not ended yet.', 'Operation', CREATED),
      success(200, 'New or replayed, and ended: succeeded, failed or canceled.', 'Operation', CREATED),
    ],
    refusals: [
      'unauthenticated',
      'idempotency-key-missing',
      'idempotency-key-invalid',
      ...BODY_REFUSALS,
      'operation-type-unknown',
      'idempotency-key-reused',
      'idempotency-key-expired',
      'idempotency-key-in-flight',
      'quota-exceeded',
      'overloaded',
      'draining',
      'database-unavailable',
    ],
  },
  batchOperations: {
    method: 'POST',
    path: '/operations/batch',
    summary: 'Create many operations at once, each with a key of its own',
    access: 'tenant',
    key: 'ignored',
    body: { schema: 'BatchOperations', required: true },
    parameters: ['traceparent', 'attempt'],
    retry: {
      repeatable: true,
      promise:
        'The whole batch may be sent again: each item is one operation, however often its key and body are sent.',
    },
    successes: [success(207, 'An answer for each item, in order.', 'BatchResult', [HEADER.cacheControl])],
    refusals: ['unauthenticated', ...BODY_REFUSALS],
  },
  listOperations: {
    method: 'GET',
    path: '/operations',
    summary: 'List operations, newest first',
    access: 'tenant',
    key: 'ignored',
    body: null,
    parameters: ['status', 'type', 'idempotencyKey', 'label', 'createdAfter', 'createdBefore', 'pageSize', 'pageToken'],
    retry: READ_PROMISE,
    successes: [success(200, 'One page.', 'OperationList', [HEADER.link, HEADER.cacheControl, HEADER.vary])],
    refusals: ['unauthenticated', 'parameter-invalid', 'page-token-invalid', 'database-unavailable'],
  },
  getOperation: {
    method: 'GET',
    path: '/operations/{id}',
    summary: 'Poll an operation',
    access: 'tenant',
    key: 'ignored',
    body: null,
    parameters: ['id', 'view', 'prefer', 'ifNoneMatch'],
    retry: READ_PROMISE,
    successes: [
      success(200, 'The operation, whatever its status.', 'Operation', [...VERSIONED, HEADER.preferenceApplied]),
      UNCHANGED,
    ],
    refusals: [...LOOKUP_REFUSALS, 'parameter-invalid', 'database-unavailable'],
  },
  deleteOperation: {
    method: 'DELETE',
    path: '/operations/{id}',
    summary: 'Erase an operation that has ended; its key stays taken',
    access: 'tenant',
    key: 'ignored',
    body: null,
    parameters: ['id'],
    retry: { repeatable: true, promise: 'What is erased stays erased; a repeat answers the same.' },
    successes: [success(204, 'Erased, now or by an earlier call.', 'None', [HEADER.cacheControl])],
    refusals: ['unauthenticated', 'operation-not-found', 'operation-not-terminal', 'database-unavailable'],
  },
  getEvents: {
    method: 'GET',
    path: '/operations/{id}/events',
    summary: 'Read or follow what happens to an operation',
    access: 'tenant',
    key: 'ignored',
    body: null,
    parameters: ['id', 'eventsPageSize', 'eventsPageToken', 'lastEventId'],
    retry: READ_PROMISE,
    successes: [
      success(200, 'One page of events, or a stream of them that ends with the operation.', 'EventList', [
        HEADER.link,
        HEADER.cacheControl,
        HEADER.vary,
        HEADER.accelBuffering,
      ]),
      success(204, 'A stream was asked for, and its last event was received already.', 'None', [
        HEADER.cacheControl,
        HEADER.vary,
      ]),
    ],
    refusals: [...LOOKUP_REFUSALS, 'parameter-invalid', 'page-token-invalid', 'database-unavailable'],
  },
  explainOperation: {
    method: 'GET',
    path: '/operations/{id}/explain',
    summary: 'Read why an operation is where it is, and what moves it next',
    access: 'tenant',
    key: 'ignored',
    body: null,
    parameters: ['id', 'requestNumber'],
    retry: READ_PROMISE,
    successes: [success(200, 'The explanation, as of now.', 'Explanation', [HEADER.cacheControl])],
    refusals: [...LOOKUP_REFUSALS, 'parameter-invalid', 'database-unavailable'],
  },
  getResult: {
    method: 'GET',
    path: '/operations/{id}/result',
    summary: 'Get the bare result of an operation',
    access: 'tenant',
    key: 'ignored',
    body: null,
    parameters: ['id', 'ifNoneMatch'],
    retry: READ_PROMISE,
    successes: [
      success(200, 'It succeeded: what its handler returned.', 'Any', VERSIONED),
      success(202, 'It has not ended yet: the operation.', 'Operation', VERSIONED),
      success(204, 'It succeeded and returned nothing.', 'None', VERSIONED),
      UNCHANGED,
    ],
    refusals: [...LOOKUP_REFUSALS, 'operation-failed', 'operation-canceled', 'database-unavailable'],
  },
  getOperationByKey: {
    method: 'GET',
    path: '/operations/by-key/{key}',
    summary: 'Find the operation a key created, without creating one',
    access: 'tenant',
    key: 'ignored',
    body: null,
    parameters: ['key', 'ifNoneMatch'],
    retry: READ_PROMISE,
    successes: [success(200, 'The operation.', 'Operation', [...LOCATED, ...VERSIONED]), UNCHANGED],
    refusals: [...LOOKUP_REFUSALS, 'database-unavailable'],
  },
  cancelOperation: {
    method: 'POST',
    path: '/operations/{id}/cancel',
    summary: 'Ask an operation to stop',
    access: 'tenant',
    key: 'ignored',
    body: { schema: null, required: false },
    parameters: ['id'],
    retry: { repeatable: true, promise: 'The request is recorded once; a repeat answers with the operation as it is.' },
    successes: [
      success(202, 'The request is recorded, now or by an earlier call.', 'Operation', CONTROLLED),
      success(200, 'The operation had already ended.', 'Operation', CONTROLLED),
    ],
    refusals: [...LOOKUP_REFUSALS, 'body-invalid', 'body-too-large', 'media-type-unsupported', 'database-unavailable'],
  },
  resumeOperation: {
    method: 'POST',
    path: '/operations/{id}/resume',
    summary: 'Give a failed operation more attempts',
    access: 'tenant',
    key: 'optional',
    body: { schema: 'ResumeOperation', required: false },
    parameters: ['id', 'ifMatch'],
    retry: {
      repeatable: true,
      promise:
        'With a key, a repeat never resumes twice; without one, send If-Match to resume only what you have seen fail.',
    },
    successes: [
      success(202, 'It was failed and is pending again.', 'Operation', CONTROLLED),
      success(200, 'It was pending or running already.', 'Operation', CONTROLLED),
    ],
    refusals: [
      ...LOOKUP_REFUSALS,
      'idempotency-key-invalid',
      ...BODY_REFUSALS,
      'precondition-failed',
      'operation-not-resumable',
      'database-unavailable',
    ],
  },
  sendSignal: {
    method: 'POST',
    path: '/operations/{id}/signals/{name}',
    summary: 'Send a signal that the operation waits for, or will wait for',
    access: 'tenant',
    key: 'required',
    body: { schema: 'SendSignal', required: false },
    parameters: ['id', 'signalName'],
    retry: {
      repeatable: true,
      promise: 'Within one operation and name, a key is one signal, delivered once, however often it is sent.',
    },
    successes: [success(202, 'The signal is in the box of the operation.', 'Operation', SIGNALED)],
    refusals: [
      ...LOOKUP_REFUSALS,
      'idempotency-key-missing',
      'idempotency-key-invalid',
      ...BODY_REFUSALS,
      'idempotency-key-reused',
      'operation-terminal',
      'overloaded',
      'database-unavailable',
    ],
  },
  ...SERVICE_ROUTES,
} as const satisfies Record<string, Route>;

export type RouteId = keyof typeof ROUTES;

export const ROUTE_IDS = Object.keys(ROUTES) as RouteId[];

/** The row of a route, in the general shape. */
export function routeOf(id: RouteId): Route {
  return ROUTES[id];
}

/** Everything a client of this route has to expect, its own refusals first. */
export function refusalsOf(route: Route): ErrorSlug[] {
  return [...route.refusals, ...COMMON_REFUSALS];
}
