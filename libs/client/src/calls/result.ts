import type { Transport } from '../transport/transport.js';
import { operationPath } from './read.js';
import { wait, type WaitOptions } from './wait.js';

/**
 * What the handler returned, as soon as the operation has ended; undefined when it returned nothing. Rejects with an
 * `OperationFailedError` or an `OperationCanceledError` when it did not succeed.
 */
export async function result<Result>(transport: Transport, id: string, options: WaitOptions): Promise<Result> {
  await wait(transport, id, options);
  // A resume may have come in between; then there is no result yet, and the wait goes on.
  const answer = await transport.send({ method: 'GET', path: operationPath(id, 'result'), key: null }, options);
  return answer.status === 202 ? result<Result>(transport, id, options) : (answer.body as Result);
}
