import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const text = { type: 'string' } as const;
const integer = { type: 'integer' } as const;

/** Schemas of the documents that are data rather than DTO classes. */
export const DOCUMENT_SCHEMAS: Schemas = {
  OperationTypeList: {
    type: 'object',
    required: ['types'],
    properties: {
      types: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'idPrefix', 'retry', 'replayWindowMs'],
          properties: {
            name: text,
            description: { type: 'string', nullable: true },
            idPrefix: text,
            retry: { type: 'object', additionalProperties: { type: 'number' } },
            attemptTimeoutMs: { type: 'integer', nullable: true },
            replayWindowMs: integer,
            inputSchema: { type: 'object', nullable: true, additionalProperties: true },
          },
        },
      },
    },
  },
  IdempotencyPolicy: {
    type: 'object',
    required: ['key', 'fingerprint', 'windows', 'limits', 'endpoints', 'types'],
    properties: {
      key: { type: 'object', additionalProperties: true },
      fingerprint: { type: 'object', additionalProperties: true },
      windows: { type: 'object', additionalProperties: true },
      limits: { type: 'object', additionalProperties: true },
      endpoints: { type: 'array', items: { type: 'object', additionalProperties: true } },
      types: { type: 'array', items: { type: 'object', additionalProperties: true } },
    },
  },
  ErrorPage: {
    type: 'object',
    required: ['slug', 'code', 'status', 'title', 'remedy', 'retryable', 'safeToRetryWithSameKey'],
    properties: {
      slug: text,
      code: text,
      status: integer,
      title: text,
      remedy: text,
      retryable: { type: 'boolean' },
      safeToRetryWithSameKey: { type: 'boolean' },
    },
  },
  OpenApi: { type: 'object', additionalProperties: true },
  Any: { description: 'Whatever the handler returned.' },
};
