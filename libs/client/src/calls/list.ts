import type { CallOptions } from '../options.js';
import type { Transport } from '../transport/transport.js';
import type { Operation, Status } from '../wire/operation.js';
import { read } from './read.js';

/** Which operations; everything that is given must hold. Newest first. */
export interface ListFilter {
  readonly status?: Status | readonly Status[];
  readonly type?: string;
  readonly idempotencyKey?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly createdAfter?: string | Date;
  readonly createdBefore?: string | Date;
  /** Operations a page, at most 200. */
  readonly pageSize?: number;
}

export interface Page {
  readonly operations: readonly Operation[];
  /** Null on the last page. */
  readonly nextPageToken: string | null;
}

/** One page; a token belongs to the filter it was given for. */
export function listPage(
  transport: Transport,
  filter: ListFilter,
  pageToken: string | null,
  call?: CallOptions,
): Promise<Page> {
  const query = queryOf(filter);
  if (pageToken !== null) query.set('pageToken', pageToken);
  return read<Page>(transport, '/operations', call, query);
}

/** All operations, page by page as they are asked for. */
export async function* listAll(
  transport: Transport,
  filter: ListFilter,
  call?: CallOptions,
): AsyncGenerator<Operation> {
  let token: string | null = null;
  do {
    const page: Page = await listPage(transport, filter, token, call);
    yield* page.operations;
    token = page.nextPageToken;
  } while (token !== null);
}

function queryOf({ status = [], labels = {}, ...rest }: ListFilter): URLSearchParams {
  const query = new URLSearchParams();
  for (const one of [status].flat()) query.append('status', one);
  for (const [name, value] of Object.entries(labels)) query.append(`label.${name}`, value);
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined) query.set(name, value instanceof Date ? value.toISOString() : String(value));
  }
  return query;
}
