import {
  awaitsClaim,
  canonicalJson,
  type ClaimedOperation,
  ENGINE_ERROR_CODES,
  FINGERPRINT_VERSION,
  fingerprintOf,
  fingerprintText,
  isTerminal,
  type JsonValue,
  newUuid,
  type NewOperation,
  type Operation,
  type OperationError,
  type OperationStore,
  shardOf,
  shardOfUuid,
  type StepId,
  type TypeRegistry,
} from '@holdfast/kernel';
import { permanentFailure } from '../context/handler-failure.js';
import { outputText, recall } from './output.js';
import type { StepParts } from './run-step.js';

export interface CallParts extends StepParts {
  readonly claimed: ClaimedOperation;
  readonly operations: Pick<OperationStore, 'create' | 'find'>;
  readonly types: TypeRegistry;
  /** Called when a child was created that somebody should run. */
  readonly onCreated: () => void;
}

/**
 * `op.call`: creates a child operation once, waits for its end without holding a slot, and returns its result or throws
 * its failure. The child's key is made of the parent's id and the step, so that no crash creates it twice.
 */
export async function call(
  parts: CallParts,
  name: unknown,
  type: unknown,
  input: unknown,
): Promise<JsonValue | undefined> {
  const id = parts.journal.next('call', name);
  const known = parts.journal.find(id);
  if (known?.finished) return recall(known);
  await parts.onNew();
  const begin = async () => {
    const key = childKey(parts, id, known?.fence ?? parts.claimed.fence);
    const uuid = known?.childUuid ?? newChildUuid(parts, key);
    if (!known) await parts.journal.record(id, { finished: false, childUuid: uuid });
    const find = () => parts.journal.persist(() => parts.operations.find(parts.claimed.tenant, uuid));
    const child = await find();
    if (child) return child;
    const asked = childOf(parts, id, { uuid, key }, type, input);
    const created = await parts.journal.persist(() => parts.operations.create(asked));
    if (created && awaitsClaim(created.status)) parts.onCreated();
    return created ?? find();
  };
  const child = await parts.activity.run(() => (known ? begin() : parts.observe(id, begin)));
  if (!child) return finish(parts, id, { result: null, error: childPurged(id) });
  return isTerminal(child.status) ? finish(parts, id, child) : waitForEnd(parts, id);
}

/** Its key is taken and it is not there: it has been erased, and nobody can tell any more how it had ended. */
function childPurged({ name }: StepId): OperationError {
  return {
    code: ENGINE_ERROR_CODES.childPurged,
    message: `The operation that «${name}» had called was erased before its outcome was taken.`,
    retryable: false,
    effect: 'unknown',
  };
}

/** A child's id carries the shard of its key, like every other. */
function newChildUuid(parts: CallParts, key: string): string {
  return newUuid(parts.clock.wallMs(), shardOf(parts.claimed.tenant, key));
}

/**
 * No client can send this key: it begins with a character outside of what a key may hold. It ends with the fence under
 * which the call was recorded, because a resume forgets a call that failed, and the next one is for another child.
 */
function childKey({ claimed }: CallParts, id: StepId, fence: number): string {
  return `↳${claimed.id}/${id.name}/${id.ordinal}/${fence}`;
}

function childOf(
  parts: CallParts,
  id: StepId,
  { uuid, key }: { readonly uuid: string; readonly key: string },
  typeName: unknown,
  input: unknown,
): NewOperation {
  const { claimed, types } = parts;
  const type = types.get(String(typeName));
  if (!type) {
    throw permanentFailure('operation_type_unknown', `op.call «${id.name}»: this worker knows no such type.`);
  }
  const inputText = outputText(`The input of «${id.name}»`, input) ?? 'null';
  const value = JSON.parse(inputText) as JsonValue;
  const errors = type.validateInput(value);
  if (errors.length > 0) {
    throw permanentFailure('validation_failed', `op.call «${id.name}»: the input is not valid.`, {
      details: { errors },
    });
  }
  const request = fingerprintText({ type: type.name, input: JSON.parse(canonicalJson(value)) as JsonValue });
  return {
    uuid,
    shard: shardOfUuid(uuid),
    idPrefix: type.idPrefix,
    tenant: claimed.tenant,
    key,
    request,
    fingerprint: fingerprintOf(request),
    fingerprintVersion: FINGERPRINT_VERSION,
    type: type.name,
    typeVersion: type.version ?? null,
    priority: 0,
    labels: claimed.labels,
    runAt: null,
    delayMs: 0,
    // The parent's deadline is the child's.
    deadline: claimed.deadlineInMs === null ? null : new Date(claimed.claimedAtMs + claimed.deadlineInMs),
    maxAttempts: type.retry.maxAttempts,
    maxLost: type.retry.maxLost,
    replayWindowMs: type.replayWindowMs,
    traceParent: claimed.traceParent,
    parent: { uuid: claimed.uuid, shard: claimed.shard },
  };
}

async function finish(
  parts: CallParts,
  id: StepId,
  { result, error }: Pick<Operation, 'result' | 'error'>,
): Promise<JsonValue | undefined> {
  const outcome = { output: result, error };
  await parts.activity.run(() => parts.journal.record(id, outcome));
  return recall(outcome);
}

function waitForEnd(parts: CallParts, id: StepId): Promise<never> {
  return parts.activity.wait(
    { reason: 'child', name: id.name, dueInMs: null, pokes: parts.claimed.pokes },
    parts.waiter,
  );
}
