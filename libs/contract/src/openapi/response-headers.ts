import { HEADER, type HeaderName } from '../headers/header-names.js';

interface HeaderDescription {
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

const text = { type: 'string' } as const;
const uri = { type: 'string', format: 'uri' } as const;

/** What each response header means, for OpenAPI. */
const DESCRIPTIONS: Partial<Record<HeaderName, HeaderDescription>> = {
  [HEADER.operationLocation]: { description: 'Where to poll the operation (Azure clients).', schema: uri },
  [HEADER.location]: { description: 'The operation (RFC 9110 §10.2.2).', schema: uri },
  [HEADER.contentLocation]: { description: 'What this body is a representation of (RFC 9110 §8.7).', schema: uri },
  [HEADER.etag]: { description: 'Strong validator over the version of the operation.', schema: text },
  [HEADER.retryAfter]: {
    description: 'Whole seconds, at least 1, until asking again is worth while; absent once the operation has ended.',
    schema: { type: 'integer', minimum: 1 },
  },
  [HEADER.cacheControl]: { description: 'RFC 9111.', schema: text },
  [HEADER.vary]: { description: 'RFC 9110 §12.5.5.', schema: text },
  [HEADER.idempotencyKey]: { description: 'The key, exactly as it was received.', schema: text },
  [HEADER.idempotentReplayed]: {
    description: '`true` when the operation was created by an earlier request.',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
  [HEADER.preferenceApplied]: { description: 'The wait that was applied (RFC 7240 §3).', schema: text },
  [HEADER.accelBuffering]: { description: '`no`: proxies pass events on at once.', schema: text },
  [HEADER.link]: { description: '`rel="next"`: the next page (RFC 8288).', schema: text },
  [HEADER.wwwAuthenticate]: { description: '`Bearer` (RFC 6750).', schema: text },
  [HEADER.requestId]: {
    description: 'UUID under which the request is logged.',
    schema: { type: 'string', format: 'uuid' },
  },
  [HEADER.shouldRetry]: {
    description: '`false` when a repeat cannot succeed.',
    schema: { type: 'string', enum: ['false'] },
  },
};

/** OpenAPI header objects by the field name in its usual spelling (`Retry-After`). */
export function describeHeaders(names: readonly HeaderName[]): Record<string, HeaderDescription> {
  return Object.fromEntries(
    names.map((name) => [spell(name), DESCRIPTIONS[name] ?? { description: name, schema: text }]),
  );
}

function spell(name: HeaderName): string {
  return name === HEADER.etag ? 'ETag' : name.replaceAll(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
