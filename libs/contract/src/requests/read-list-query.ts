import { LIMITS, type ListQuery, Refusal, type Status } from '@holdfast/kernel';
import { violationsOf } from '../validation/dto-reader.js';
import { parseTimestamp } from '../validation/timestamp.js';
import { ListOperationsQuery } from './list-operations.query.js';
import { decodePageToken } from './page-token.js';

/** A query string after parsing: a repeated name gives an array. */
export type QueryParameters = Readonly<Record<string, string | string[] | undefined>>;

/** One page of a list, as it was asked for. */
export interface ListRequest {
  readonly query: ListQuery;
  /** The filters as text; what a page token is bound to. */
  readonly binding: string;
  /** The filters as a client would send them again, for the link to the next page. */
  readonly parameters: URLSearchParams;
}

const LABEL_PREFIX = 'label.';
const SINGLE = ['type', 'idempotencyKey', 'createdAfter', 'createdBefore', 'pageSize', 'pageToken'] as const;

/**
 * Reads the query of `GET /operations`. Unknown parameters are ignored (CONTRACT §3), known ones must be right: a filter
 * that were dropped silently would show operations nobody asked for. Refuses with `parameter-invalid` and
 * `page-token-invalid`.
 */
export function readListQuery(tenant: string, parameters: QueryParameters): ListRequest {
  const dto = toDto(parameters);
  const [violation] = violationsOf(dto);
  if (violation) throw invalid(violation.pointer.slice(1), violation.detail);
  const statuses = [...new Set((dto.status ?? []) as Status[])].sort();
  const labels = Object.entries(dto.labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const { type = null, idempotencyKey = null } = dto;
  const createdAfter = instantOf(dto.createdAfter);
  const createdBefore = instantOf(dto.createdBefore);
  const binding = JSON.stringify([tenant, statuses, type, idempotencyKey, labels, createdAfter, createdBefore]);
  return {
    query: {
      tenant,
      statuses,
      type,
      idempotencyKey,
      labels: Object.fromEntries(labels),
      createdAfter,
      createdBefore,
      before: dto.pageToken ? decodePageToken(dto.pageToken, binding) : null,
      // A page size of 0 means «whatever you like» (Google AIP-158), and too large a one is cut, not refused.
      limit: Math.min(Number(dto.pageSize ?? 0) || LIMITS.pageSizeDefault, LIMITS.pageSize),
    },
    binding,
    parameters: toParameters(dto),
  };
}

function toDto(parameters: QueryParameters): ListOperationsQuery {
  const dto = new ListOperationsQuery();
  const target = dto as Record<string, unknown>;
  const labels: [string, unknown][] = [];
  for (const [name, value] of Object.entries(parameters)) {
    if (name.startsWith(LABEL_PREFIX)) labels.push([name.slice(LABEL_PREFIX.length), storable(name, value)]);
    else if (name === 'status') dto.status = [value].flat() as string[];
    else if ((SINGLE as readonly string[]).includes(name)) target[name] = value;
  }
  if (labels.length > 0) dto.labels = Object.fromEntries(labels) as Record<string, string>;
  return dto;
}

/** PostgreSQL cannot compare text with U+0000 or half a surrogate pair; the strict JSON reader keeps them out of rows. */
function storable(name: string, value: unknown): unknown {
  for (const text of [name, ...[value].flat()]) {
    if (typeof text === 'string' && (text.includes('\0') || /\p{Surrogate}/u.test(text))) {
      throw invalid('label', 'must not hold U+0000 or half of a surrogate pair');
    }
  }
  return value;
}

function toParameters(dto: ListOperationsQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const status of dto.status ?? []) parameters.append('status', status);
  for (const [name, value] of Object.entries(dto.labels ?? {})) parameters.append(LABEL_PREFIX + name, value);
  for (const name of SINGLE) if (name !== 'pageToken' && dto[name] !== undefined) parameters.append(name, dto[name]);
  return parameters;
}

function instantOf(text: string | undefined): Date | null {
  return text === undefined ? null : parseTimestamp(text);
}

function invalid(name: string, detail: string): Refusal {
  return new Refusal('parameter-invalid', `The parameter ${name} ${detail}.`);
}
