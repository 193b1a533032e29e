import type { RequestToLog } from '@holdfast/kernel';
import { columns } from '../batch/columns.js';
import type { Executor } from '../statements/executor.js';

/** Writes creates and replays down; those of operations that are erased by now are dropped. */
export async function logRequests(executor: Executor, requests: readonly RequestToLog[]): Promise<null[]> {
  await executor.run(
    'log-requests',
    columns(requests, {
      request_ids: (request) => request.id,
      shards: (request) => request.shard,
      ids: (request) => request.operationUuid,
      outcomes: (request) => request.outcome,
      client_attempts: (request) => request.clientAttempt,
      client_maxima: (request) => request.clientMax,
      reasons: (request) => request.reason,
      trace_parents: (request) => request.traceParent,
    }),
  );
  return requests.map(() => null);
}
