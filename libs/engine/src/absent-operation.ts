import { type OperationStore, Refusal } from '@holdfast/kernel';

/**
 * Refuses a call about an operation that is not there: with `operation-purged` when this tenant once had it, else with
 * `operation-not-found`, alike for ids that never were and for those of others (I8). Only asked after a look in vain, so
 * that what exists costs nothing more.
 */
export async function refuseAbsent(
  store: Pick<OperationStore, 'findTombstone'>,
  tenant: string,
  { id, uuid }: { readonly id: string; readonly uuid: string },
): Promise<never> {
  const tombstone = await store.findTombstone(tenant, uuid);
  if (tombstone?.operationId !== id) throw new Refusal('operation-not-found');
  const { status, purgedAt } = tombstone;
  throw new Refusal('operation-purged', undefined, { operationId: id, operationStatus: status, purgedAt });
}
