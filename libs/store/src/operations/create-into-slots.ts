import { type ClaimedOperation, formatTypeId, type NewOperation, type Operation, type Slots } from '@holdfast/kernel';
import { failureOf } from '../statements/database-error.js';
import type { Executor } from '../statements/executor.js';
import { createOperations } from './create-operations.js';

/** Stores operations in one statement, as many as may be into slots of the workers of this process; null as above. */
export async function createIntoSlots(
  executor: Executor,
  items: readonly NewOperation[],
  offered: Iterable<Slots>,
): Promise<(Operation | null)[]> {
  for (const slots of offered) {
    const reserved = slots.reserve(items);
    if (reserved === null) continue;
    try {
      const made = await createOperations(executor, items, reserved);
      const claimed = items.flatMap((item, index) => {
        const operation = made[index];
        return operation?.attempt ? [asClaimed(item, operation.createdAt)] : [];
      });
      reserved.take(claimed);
      return made;
    } catch (error) {
      // PostgreSQL's own refusal is certain: nothing was made.
      if (failureOf(error) === 'unavailable') reserved.doubt();
      else reserved.take([]);
      throw error;
    }
  }
  return createOperations(executor, items);
}

/** What a claim would have read back. Labels are a copy: the handler must not change what the client is answered. */
function asClaimed(item: NewOperation, createdAt: Date): ClaimedOperation {
  return {
    uuid: item.uuid,
    shard: item.shard,
    id: formatTypeId(item.idPrefix, item.uuid),
    tenant: item.tenant,
    type: item.type,
    fence: 1,
    attempt: 1,
    maxAttempts: item.maxAttempts,
    request: item.request,
    claimedAtMs: createdAt.getTime(),
    deadlineInMs: null,
    dueForMs: 0,
    ageMs: 0,
    cancelRequested: false,
    labels: { ...item.labels },
    traceParent: item.traceParent,
    pokes: 0,
    parentUuid: item.parent?.uuid ?? null,
    compensates: false,
  };
}
