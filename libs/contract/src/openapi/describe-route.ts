import { ERROR_CATALOGUE, type ErrorSlug } from '@holdfast/kernel';
import type { OpenAPIObject } from '@nestjs/swagger';
import { HEADER, type HeaderName } from '../headers/header-names.js';
import { type Parameter, PARAMETERS } from '../routes/parameters.js';
import type { Route, Success } from '../routes/route.js';
import { refusalsOf, routeOf, type RouteId } from '../routes/routes.js';
import { describeHeaders } from './response-headers.js';

type OpenApiOperation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` });

/**
 * The OpenAPI operation of a route, made from its row alone, so that the published description cannot say anything
 * that routing, authentication and the error catalogue do not do. The retry guarantee is in `x-holdfast-retry`, the
 * problem types of each status in `x-holdfast-problems`.
 */
export function describeRoute(id: RouteId): OpenApiOperation {
  const route = routeOf(id);
  return {
    operationId: id,
    summary: route.summary,
    description: route.retry.promise,
    parameters: parametersOf(route),
    ...(route.body === null ? {} : { requestBody: requestBodyOf(route.body) }),
    responses: { ...successesOf(route), ...refusalResponsesOf(route) },
    security: route.access === 'public' ? [] : [{ bearer: [] }],
    'x-holdfast-retry': { ...route.retry, idempotencyKey: route.key },
  } as OpenApiOperation;
}

function parametersOf(route: Route): Parameter[] {
  const listed: Parameter[] = route.parameters.map((name) => PARAMETERS[name]);
  if (route.key === 'ignored') return listed;
  const key: Parameter = {
    name: 'Idempotency-Key',
    in: 'header',
    required: route.key === 'required',
    description: 'Unique to the intent, the same on every retry: bare, or a quoted structured-field string.',
    schema: { type: 'string', minLength: 1 },
  };
  return [key, ...listed];
}

function requestBodyOf({ schema, required }: NonNullable<Route['body']>) {
  return { required, content: { 'application/json': { schema: schema === null ? { type: 'object' } : ref(schema) } } };
}

function successesOf(route: Route): Record<string, unknown> {
  return Object.fromEntries(
    route.successes.map(({ status, when, body, headers }) => [
      String(status),
      {
        description: when,
        headers: describeHeaders([HEADER.requestId, ...headers]),
        ...(body === 'None' ? {} : { content: contentOf(body) }),
      },
    ]),
  );
}

function contentOf(body: Exclude<Success['body'], 'None'>): Record<string, unknown> {
  const json = { 'application/json': { schema: ref(body) } };
  if (body === 'EventList') return { ...json, 'text/event-stream': { schema: { type: 'string' } } };
  return body === 'ErrorPage' ? { 'text/html': { schema: { type: 'string' } }, ...json } : json;
}

function refusalResponsesOf(route: Route): Record<string, unknown> {
  const byStatus = new Map<number, ErrorSlug[]>();
  for (const slug of refusalsOf(route)) {
    const { status } = ERROR_CATALOGUE[slug];
    byStatus.set(status, [...(byStatus.get(status) ?? []), slug]);
  }
  return Object.fromEntries([...byStatus].map(([status, slugs]) => [String(status), problemResponse(status, slugs)]));
}

function problemResponse(status: number, slugs: readonly ErrorSlug[]): Record<string, unknown> {
  const headers: HeaderName[] = [HEADER.requestId];
  if (status === 401) headers.push(HEADER.wwwAuthenticate);
  if (slugs.some((slug) => ERROR_CATALOGUE[slug].retryable)) headers.push(HEADER.retryAfter);
  else if (status < 500) headers.push(HEADER.shouldRetry);
  return {
    description: slugs.map((slug) => `\`${slug}\`: ${ERROR_CATALOGUE[slug].title}.`).join(' '),
    headers: describeHeaders(headers),
    content: { 'application/problem+json': { schema: ref('Problem') } },
    'x-holdfast-problems': slugs,
  };
}
