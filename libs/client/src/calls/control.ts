import { newKey } from '../keys/make-key.js';
import type { CallOptions } from '../options.js';
import type { Transport } from '../transport/transport.js';
import type { Operation } from '../wire/operation.js';
import { type KeyOptions, keyOf } from './create.js';
import { operationPath } from './read.js';

export interface ResumeOptions extends CallOptions {
  /** Of this resume: the same key never resumes twice. Made for you when you give none. */
  readonly key?: string;
  /** Kept with the operation. */
  readonly reason?: string;
  /** A new deadline; null removes it. */
  readonly deadline?: string | Date | null;
  /** Forgets this step and those after it. */
  readonly fromStep?: string;
  /** A step whose outcome nobody knew, and what was found out about it. */
  readonly step?: string;
  readonly outcome?: 'done' | 'not-done';
  /** What the step returned; only with the outcome `done`. */
  readonly result?: unknown;
  /** ETag of the version the decision was made on; another one rejects with 412. */
  readonly ifMatch?: string;
}

export interface SignalOptions extends CallOptions, KeyOptions {}

/** `POST …/cancel`: asks the operation to stop; gives it as it is then. A repeat, or a late one, is no error. */
export async function cancel<Result>(transport: Transport, id: string, call?: CallOptions): Promise<Operation<Result>> {
  const answer = await transport.send({ method: 'POST', path: operationPath(id, 'cancel'), key: null }, call);
  return answer.body as Operation<Result>;
}

/** `POST …/resume`: gives a failed operation more attempts. */
export async function resume<Result>(
  transport: Transport,
  id: string,
  options: ResumeOptions,
): Promise<Operation<Result>> {
  const { key = newKey(transport.runtime), ifMatch, reason, deadline, fromStep, step, outcome, result } = options;
  const request = {
    method: 'POST',
    path: operationPath(id, 'resume'),
    headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
    body: { reason, deadline, fromStep, step, outcome, result },
    key,
  } as const;
  return (await transport.send(request, options)).body as Operation<Result>;
}

/** `POST …/signals/{name}`: delivered once for each key, whether it comes before or after the wait begins. */
export async function signal<Result>(
  transport: Transport,
  id: string,
  name: string,
  payload: unknown,
  options: SignalOptions,
): Promise<Operation<Result>> {
  const key = keyOf(transport.runtime, `${id}:${name}`, options);
  const request = { method: 'POST', path: operationPath(id, 'signals', name), body: { payload }, key } as const;
  return (await transport.send(request, options)).body as Operation<Result>;
}

/** `DELETE`: erases an operation that has ended. Its key stays taken. */
export async function erase(transport: Transport, id: string, call?: CallOptions): Promise<void> {
  await transport.send({ method: 'DELETE', path: operationPath(id), key: null }, call);
}
