import { OperationNotFoundError } from '../errors/problem-errors.js';
import type { CallOptions } from '../options.js';
import type { Transport } from '../transport/transport.js';
import type { Operation } from '../wire/operation.js';
import type { FullOperation, OperationTypeInfo } from '../wire/story.js';

/** `GET` of JSON. */
export async function read<Body>(
  transport: Transport,
  path: string,
  call: CallOptions = {},
  query?: URLSearchParams,
): Promise<Body> {
  const answer = await transport.send({ method: 'GET', path, key: null, ...(query ? { query } : {}) }, call);
  return answer.body as Body;
}

/** Path of an operation, or of something that belongs to it. */
export function operationPath(id: string, ...parts: readonly string[]): string {
  return ['/operations', ...[id, ...parts].map(encodeURIComponent)].join('/');
}

/** The operation with its requests, attempts and steps. */
export function readFull<Result>(transport: Transport, id: string, call?: CallOptions): Promise<FullOperation<Result>> {
  return read(transport, operationPath(id), call, new URLSearchParams({ view: 'full' }));
}

/** The operation that a key created; null when no operation ever was. Rejects with 410 for one that was purged. */
export async function findByKey(transport: Transport, key: string, call?: CallOptions): Promise<Operation | null> {
  try {
    return await read<Operation>(transport, `/operations/by-key/${encodeURIComponent(key)}`, call);
  } catch (error) {
    // «Never seen» is the answer to the question here, and no failure.
    if (error instanceof OperationNotFoundError) return null;
    throw error;
  }
}

/** The operation types that the service knows. */
export async function readTypes(transport: Transport, call?: CallOptions): Promise<readonly OperationTypeInfo[]> {
  const { types } = await read<{ types: OperationTypeInfo[] }>(transport, '/operation-types', call);
  return types;
}
