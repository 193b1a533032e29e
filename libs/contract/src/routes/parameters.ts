import { EXPLAIN_LIMITS, LIMITS, STATUSES } from '@holdfast/kernel';

/** A parameter in the words of OpenAPI 3.0. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly style?: 'form';
  readonly explode?: boolean;
}

const text = { type: 'string' } as const;
const instant = { type: 'string', format: 'date-time' } as const;

/** Every parameter of every route, by the name under which the route table lists it. */
export const PARAMETERS = {
  id: path('id', 'Id of the operation, as a create answered it.'),
  key: path('key', 'The idempotency key itself, unquoted and percent-encoded once.'),
  signalName: path('name', 'What `waitForSignal` asks for, percent-encoded once.'),
  slug: path('slug', 'Last segment of the `type` of a problem document.'),
  prefer: header(
    'Prefer',
    `\`wait=N\` holds the answer for up to N seconds, at most ${LIMITS.waitSeconds} (RFC 7240).`,
  ),
  ifNoneMatch: header('If-None-Match', 'ETag of the version already seen; an unchanged operation answers 304.'),
  ifMatch: header('If-Match', 'ETag of the version the decision was made on; guards the step from failed to pending.'),
  traceparent: header('traceparent', 'W3C trace context of the caller, stored with a new operation.'),
  attempt: header(
    'Idempotency-Attempt',
    'Advisory: number of this attempt of the client, such as `3;max=5;reason=timeout`.',
  ),
  lastEventId: header('Last-Event-ID', 'With `Accept: text/event-stream`: id of the last event that was received.'),
  requestNumber: query('request', 'Only the request with this number, from 1: the create is the first.', {
    type: 'integer',
    minimum: 1,
    maximum: EXPLAIN_LIMITS.requestsCounted,
  }),
  view: query('view', '`full` adds requests, attempts and steps, under an ETag of its own.', {
    type: 'string',
    enum: ['full'],
  }),
  status: {
    ...query('status', 'Only operations in one of these statuses; repeatable.', {
      type: 'array',
      items: { type: 'string', enum: [...STATUSES] },
    }),
    style: 'form',
    explode: true,
  },
  type: query('type', 'Only operations of this type.', text),
  idempotencyKey: query('idempotencyKey', 'Only the operation that this key created.', text),
  label: {
    ...query('label', 'Only operations that carry these labels: `label.<name>=<value>`, each repeatable once.', {
      type: 'object',
      additionalProperties: text,
    }),
    style: 'form',
    explode: true,
  },
  createdAfter: query('createdAfter', 'Only operations created after this instant (RFC 3339).', instant),
  createdBefore: query('createdBefore', 'Only operations created before this instant (RFC 3339).', instant),
  pageSize: query('pageSize', `Operations a page; more than ${LIMITS.pageSize} means ${LIMITS.pageSize}.`, {
    type: 'integer',
    minimum: 0,
    default: LIMITS.pageSizeDefault,
  }),
  eventsPageSize: query('pageSize', `Events a page; more than ${LIMITS.pageSize} means ${LIMITS.pageSize}.`, {
    type: 'integer',
    minimum: 0,
    default: LIMITS.pageSizeDefault,
  }),
  eventsPageToken: query('pageToken', '`nextPageToken` of the page before.', text),
  pageToken: query('pageToken', '`nextPageToken` of the page before, together with the same filters.', text),
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof PARAMETERS;

function path(name: string, description: string): Parameter {
  return { name, in: 'path', required: true, description, schema: text };
}

function header(name: string, description: string): Parameter {
  return { name, in: 'header', required: false, description, schema: text };
}

function query(name: string, description: string, schema: Readonly<Record<string, unknown>>): Parameter {
  return { name, in: 'query', required: false, description, schema };
}
