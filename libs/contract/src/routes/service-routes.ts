import { HEADER } from '../headers/header-names.js';
import { READ_PROMISE, success } from './route-parts.js';
import type { Route } from './route.js';

/** Rows of the route table that are about the service rather than about an operation. */
export const SERVICE_ROUTES = {
  listOperationTypes: {
    method: 'GET',
    path: '/operation-types',
    summary: 'List the operation types with their retry policies',
    access: 'tenant',
    key: 'ignored',
    body: null,
    parameters: [],
    retry: READ_PROMISE,
    successes: [success(200, 'All types.', 'OperationTypeList', [HEADER.cacheControl, HEADER.vary])],
    refusals: ['unauthenticated'],
  },
  getIdempotencyPolicy: {
    method: 'GET',
    path: '/idempotency-policy',
    summary: 'Read how keys are compared, how long they are honored, and what may be repeated',
    access: 'tenant',
    key: 'ignored',
    body: null,
    parameters: [],
    retry: READ_PROMISE,
    successes: [success(200, 'The policy.', 'IdempotencyPolicy', [HEADER.cacheControl, HEADER.vary])],
    refusals: ['unauthenticated'],
  },
  getOpenApi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'Read this description',
    access: 'public',
    key: 'ignored',
    body: null,
    parameters: [],
    retry: READ_PROMISE,
    successes: [success(200, 'OpenAPI 3.0.', 'OpenApi', [HEADER.cacheControl])],
    refusals: [],
  },
  getErrorPage: {
    method: 'GET',
    path: '/errors/{slug}',
    summary: 'Read what a problem type means and what to do about it',
    access: 'public',
    key: 'ignored',
    body: null,
    parameters: ['slug'],
    retry: READ_PROMISE,
    successes: [success(200, 'A page, or JSON when asked for.', 'ErrorPage', [HEADER.cacheControl, HEADER.vary])],
    refusals: ['route-not-found'],
  },
} as const satisfies Record<string, Route>;
