import { type ErrorSlug, isRefusal, Refusal } from '@holdfast/kernel';
import { HttpException } from '@nestjs/common';

/** Which refusal an HTTP status stands for when the framework, and not we, refused. */
const SLUG_OF_STATUS: Readonly<Record<number, ErrorSlug>> = {
  400: 'body-invalid',
  404: 'route-not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'body-too-large',
  414: 'route-not-found',
  415: 'media-type-unsupported',
  431: 'headers-too-large',
  503: 'overloaded',
};

/** Fastify's own codes that say more than their status. */
const SLUG_OF_CODE: Readonly<Record<string, ErrorSlug>> = {
  FST_ERR_BAD_URL: 'request-malformed',
  FST_ERR_MAX_PARAM_LENGTH: 'route-not-found',
};

interface FrameworkError {
  readonly code?: string;
  readonly statusCode?: number;
}

/** The refusal in anything that was thrown. What is nobody's refusal is `internal`, and its message stays inside. */
export function refusalFrom(error: unknown): Refusal {
  if (isRefusal(error)) return error;
  if (error instanceof HttpException) {
    return isRefusal(error.cause) ? error.cause : fromFramework(error.cause, error.getStatus(), error);
  }
  return fromFramework(error, undefined, error);
}

function fromFramework(source: unknown, status: number | undefined, cause: unknown): Refusal {
  const { code, statusCode = status } = (source instanceof Error ? source : {}) as FrameworkError;
  const slug = SLUG_OF_CODE[code ?? ''] ?? SLUG_OF_STATUS[statusCode ?? 500] ?? 'internal';
  return new Refusal(slug, undefined, {}, { cause });
}
