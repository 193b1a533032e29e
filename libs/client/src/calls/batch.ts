import type { CallFacts } from '../errors/call-facts.js';
import { CircuitOpenError } from '../errors/circuit-open-error.js';
import type { ProblemError } from '../errors/problem-error.js';
import { problemError } from '../errors/problem-errors.js';
import { UnreachableError } from '../errors/unreachable-error.js';
import type { CallOptions } from '../options.js';
import { backoffMs } from '../transport/retry-policy.js';
import type { Transport } from '../transport/transport.js';
import type { InputOf, TypeName } from '../wire/operation-map.js';
import type { Operation } from '../wire/operation.js';
import type { Problem } from '../wire/problem.js';
import { createBody, type Envelope, type KeyOptions, keyOf } from './create.js';

/** One create of a batch. */
export interface BatchItem extends Envelope, KeyOptions {
  readonly type: string;
  readonly input?: unknown;
}

/** The same with the types that the user declared. */
export type BatchItemOf<Types> = {
  [Name in TypeName<Types>]: BatchItem & { readonly type: Name; readonly input: InputOf<Types, Name> };
}[TypeName<Types>];

/** Why an item has no answer: its request never got one. Sent again with its `key`, it is still created once. */
type Unanswered = UnreachableError | CircuitOpenError;

/** What became of one item: an operation, the refusal of this item alone, or no answer. */
export type BatchResult = {
  readonly key: string;
  readonly replayed: boolean;
} & (
  | { readonly operation: Operation; readonly error: null }
  | { readonly operation: null; readonly error: ProblemError | Unanswered }
);

interface WireResult {
  readonly status: number;
  readonly replayed: boolean;
  readonly operation?: Operation;
  readonly problem?: Problem;
}

/** As many items as the service takes at once. */
const ITEMS_MAX = 500;
/** How often items are sent again that were refused for a reason that passes. */
const ROUNDS_MAX = 6;

/**
 * `POST /operations/batch`: many creates, each with a key of its own, in as many requests as needed. The results come
 * in the order of the items; one that was refused does not keep the others, and is sent again when that may help. When
 * the service cannot be reached, the items without an answer say so, each with the key it was sent with.
 */
export async function batch(
  transport: Transport,
  items: readonly BatchItem[],
  call: CallOptions,
): Promise<readonly BatchResult[]> {
  const { runtime, retry } = transport;
  const keyed = items.map((item) => ({ ...item, key: keyOf(runtime, item.type, item) }));
  const results = new Map<string, BatchResult>();
  let left = keyed;
  let gone: Unanswered | null = null;
  for (let round = 1; left.length > 0 && round <= ROUNDS_MAX && !gone; round += 1) {
    if (round > 1) await runtime.sleep(backoffMs(retry, round, runtime.random()), call.signal);
    for (let first = 0; first < left.length; first += ITEMS_MAX) {
      const part = left.slice(first, first + ITEMS_MAX);
      const answer = await send(transport, part, round, call).catch(unanswered);
      if (!Array.isArray(answer)) {
        gone = answer;
        break;
      }
      for (const result of answer) results.set(result.key, result);
    }
    left = left.filter(({ key }) => results.get(key)?.error?.retryable);
  }
  return keyed.map(
    ({ key }) => results.get(key) ?? { key, replayed: false, operation: null, error: gone as Unanswered },
  );
}

/** Whether the request got no answer; every other error is the caller's, or of the batch as a whole. */
function unanswered(error: unknown): Unanswered {
  if (error instanceof UnreachableError || error instanceof CircuitOpenError) return error;
  throw error;
}

type Keyed = BatchItem & { readonly key: string };

async function send(
  transport: Transport,
  items: readonly Keyed[],
  attempts: number,
  call: CallOptions,
): Promise<BatchResult[]> {
  const body = { items: items.map((item) => ({ key: item.key, ...createBody(item.type, item.input, item) })) };
  const answer = await transport.send({ method: 'POST', path: '/operations/batch', body, key: null }, call);
  const { items: results } = answer.body as { items: WireResult[] };
  return items.map(({ key }, index) => resultOf({ key, attempts }, results[index]));
}

function resultOf(facts: CallFacts & { key: string }, result: WireResult | undefined): BatchResult {
  const { operation, problem, replayed = false } = result ?? {};
  const { key } = facts;
  if (operation) return { key, replayed, operation, error: null };
  if (problem) return { key, replayed, operation: null, error: problemError(problem, facts) };
  throw new TypeError('The service answered a batch with fewer results than items.');
}
