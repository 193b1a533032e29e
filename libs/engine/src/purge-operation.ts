import { type OperationStore, Refusal, type Signals } from '@holdfast/kernel';
import { notFound, uuidOf } from './read-operation.js';

/** Erases operations on request. Erasing is not canceling: only what has ended can go. */
export class PurgeOperation {
  constructor(
    private readonly store: OperationStore,
    private readonly signals: Signals,
  ) {}

  /**
   * Erases a terminal operation and all that was kept for it; what is purged already stays so. Refuses with
   * `operation-not-terminal` one that may still move, or whose outcome is still awaited by the operation that called
   * it, and with `operation-not-found`. One that went to the archive is erased there, also after its tombstone is
   * forgotten.
   */
  async purge(tenant: string, id: string): Promise<void> {
    const uuid = uuidOf(id);
    const known = await this.store.find(tenant, uuid);
    if (known?.id !== id) return this.expectPurged(tenant, id, uuid);
    switch (await this.store.purge(tenant, uuid)) {
      case 'purged':
        return this.signals.publish({ kind: 'changed', uuids: [uuid] });
      case 'missing':
        return this.expectPurged(tenant, id, uuid);
      case 'not-terminal':
        throw new Refusal('operation-not-terminal', undefined, { operationId: id, operationStatus: known.status });
      case 'awaited':
        throw new Refusal('operation-not-terminal', 'The operation that called it has not taken its outcome yet.', {
          operationId: id,
          operationStatus: known.status,
        });
    }
  }

  private async expectPurged(tenant: string, id: string, uuid: string): Promise<void> {
    const tombstone = await this.store.findTombstone(tenant, uuid);
    if (tombstone && tombstone.operationId !== id) throw notFound();
    const erased = await this.store.eraseArchived(tenant, uuid);
    if (!tombstone && !erased) throw notFound();
  }
}
