import { IDEMPOTENT_REPLAYED } from '../headers.js';
import { type Identity, identityKey, newKey } from '../keys/make-key.js';
import type { CallOptions } from '../options.js';
import type { Runtime } from '../runtime/runtime.js';
import type { RetryReason } from '../transport/retry-reason.js';
import type { Past, Transport } from '../transport/transport.js';
import type { Operation } from '../wire/operation.js';

/** The members of a create beside its type and input; an instant is RFC 3339 text or a `Date`. */
export interface Envelope {
  readonly runAt?: string | Date;
  readonly delayMs?: number;
  readonly deadline?: string | Date;
  /** −100 to 100, higher first. */
  readonly priority?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Where the key of a request comes from: given, derived from an identity, or new for each call. */
export interface KeyOptions {
  readonly key?: string;
  readonly identity?: Identity;
}

export interface CreateOptions extends Envelope, KeyOptions, CallOptions {
  /** How many seconds the service may hold the answer back for the operation to end, at most 30. */
  readonly waitSeconds?: number;
  /** Of an {@link Intent}: an earlier run may have sent the request already, and when its key was made. */
  readonly recovered?: boolean;
  readonly madeAtMs?: number;
  /** Why it is sent again, when the caller knows that it is; a retry that this client makes says so by itself. */
  readonly reason?: RetryReason;
}

/** The operation that a create made, or found. */
export interface Created<Result = unknown> {
  readonly operation: Operation<Result>;
  /** True when an earlier request with this key had created it. */
  readonly replayed: boolean;
  readonly key: string;
}

/** `POST /operations`. The key is made once, here, and goes with every try. */
export async function create<Result>(
  transport: Transport,
  type: string,
  input: unknown,
  options: CreateOptions,
): Promise<Created<Result>> {
  const key = keyOf(transport.runtime, type, options);
  const request = {
    method: 'POST',
    path: '/operations',
    body: createBody(type, input, options),
    key,
    ...(options.waitSeconds === undefined ? {} : { waitSeconds: options.waitSeconds }),
  } as const;
  const { headers, body } = await transport.send(request, options, pastOf(transport.runtime, options));
  return { operation: body as Operation<Result>, replayed: headers.get(IDEMPOTENT_REPLAYED) === 'true', key };
}

export function createBody(type: string, input: unknown, envelope: Envelope): Record<string, unknown> {
  const { runAt, delayMs, deadline, priority, labels } = envelope;
  return { type, input, runAt, delayMs, deadline, priority, labels };
}

/** The key that was given, or that of the identity within `scope`, or a new one. */
export function keyOf(runtime: Runtime, scope: string, { key, identity }: KeyOptions): string {
  if (key !== undefined && identity !== undefined) throw new TypeError('Give a key or an identity, not both.');
  return key ?? (identity === undefined ? newKey(runtime) : identityKey(scope, identity));
}

function pastOf(runtime: Runtime, { recovered, madeAtMs, reason }: CreateOptions): Past | undefined {
  if (!recovered && reason === undefined) return undefined;
  return { attempts: 1, firstSentMs: madeAtMs ?? runtime.nowMs(), reason: reason ?? 'unknown-outcome' };
}
