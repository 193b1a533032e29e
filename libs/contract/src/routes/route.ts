import type { ErrorSlug } from '@holdfast/kernel';
import type { HeaderName } from '../headers/header-names.js';
import type { ParameterName } from './parameters.js';

/** What a repeat of a request does: the promise that is published with its route. */
export interface RetryGuarantee {
  /** May the request be repeated, by anybody and at any time, without a second effect? */
  readonly repeatable: boolean;
  /** Under which condition, one sentence for a person. */
  readonly promise: string;
}

/** What the body of an answer is; the OpenAPI schema of the same name describes it. */
export type BodyKind =
  | 'Operation'
  | 'OperationList'
  | 'OperationTypeList'
  | 'IdempotencyPolicy'
  | 'ErrorPage'
  | 'OpenApi'
  | 'EventList'
  | 'Explanation'
  | 'BatchResult'
  | 'Any'
  | 'None';

export interface Success {
  readonly status: 200 | 202 | 204 | 207 | 304;
  /** When a client meets this answer. */
  readonly when: string;
  readonly body: BodyKind;
  readonly headers: readonly HeaderName[];
}

/** One row of the table that routing, OpenAPI and the published policy are made from. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** In OpenAPI's notation: `/operations/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** `tenant` needs a bearer token when the service has tokens; `public` never does. */
  readonly access: 'tenant' | 'public';
  readonly key: 'required' | 'optional' | 'ignored';
  /** Name of the request body's schema, and whether a request without a body is accepted. */
  readonly body: { readonly schema: string | null; readonly required: boolean } | null;
  /** Names of the parameters in `PARAMETERS`, the key header excepted. */
  readonly parameters: readonly ParameterName[];
  readonly retry: RetryGuarantee;
  readonly successes: readonly Success[];
  /** Refusals of its own; those that any route can give are in `COMMON_REFUSALS`. */
  readonly refusals: readonly ErrorSlug[];
}
