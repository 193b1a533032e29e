import {
  type ListPage,
  type ListQuery,
  type Operation,
  type OperationStore,
  parseTypeId,
  Refusal,
  type RefusalContext,
} from '@holdfast/kernel';
import { refuseAbsent } from './absent-operation.js';

/** Answers questions about operations. Never writes. */
export class ReadOperation {
  constructor(private readonly store: OperationStore) {}

  /**
   * Refuses with `operation-not-found` for an unknown or malformed id, and for another tenant's, alike (I8); with
   * `operation-purged` for one that was erased.
   */
  async byId(tenant: string, id: string): Promise<Operation> {
    const uuid = uuidOf(id);
    const operation = await this.store.find(tenant, uuid);
    return operation?.id === id ? operation : refuseAbsent(this.store, tenant, { id, uuid });
  }

  /** Answers «did my lost request arrive?». Refuses with `operation-not-found` or `operation-purged`. */
  async byKey(tenant: string, key: string): Promise<Operation> {
    const known = await this.store.findByKey(tenant, key);
    if (!known) throw notFound('No operation was ever created with this key.');
    if (known.operation) return known.operation;
    const context: RefusalContext = {
      operationId: known.operationId,
      ...(known.tombstone ? { operationStatus: known.tombstone.status, purgedAt: known.tombstone.purgedAt } : {}),
    };
    throw new Refusal('operation-purged', undefined, context);
  }

  /** One page, newest first; `next` alone says whether there is another. */
  list(query: ListQuery): Promise<ListPage> {
    return this.store.list(query);
  }
}

/** The UUID behind a TypeID; refuses with `operation-not-found` what cannot be one, before any look at the database. */
export function uuidOf(id: string): string {
  const parsed = parseTypeId(id);
  if (!parsed) throw notFound();
  return parsed.uuid;
}

export function notFound(detail?: string): Refusal {
  return new Refusal('operation-not-found', detail);
}
