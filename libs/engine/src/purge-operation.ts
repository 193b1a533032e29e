import { type Operation, type OperationStore, Refusal, type Signals } from '@holdfast/kernel';
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
   * forgotten. Gives what was erased; null when nothing was left of it but its tombstone or its place in the archive.
   */
  async purge(tenant: string, id: string): Promise<Operation | null> {
    const uuid = uuidOf(id);
    const known = await this.store.find(tenant, uuid);
    if (known?.id !== id) return this.expectPurged(tenant, id, uuid);
    const context = { operationId: id, operationType: known.type, operationStatus: known.status };
    switch (await this.store.purge(tenant, uuid)) {
      case 'purged':
        this.signals.publish({ kind: 'changed', uuids: [uuid] });
        return known;
      case 'missing':
        return this.expectPurged(tenant, id, uuid);
      case 'not-terminal':
        throw new Refusal('operation-not-terminal', undefined, context);
      case 'awaited':
        throw new Refusal(
          'operation-not-terminal',
          'The operation that called it has not taken its outcome yet.',
          context,
        );
    }
  }

  private async expectPurged(tenant: string, id: string, uuid: string): Promise<null> {
    const tombstone = await this.store.findTombstone(tenant, uuid);
    if (tombstone && tombstone.operationId !== id) throw notFound();
    const erased = await this.store.eraseArchived(tenant, uuid);
    if (!tombstone && !erased) throw notFound();
    return null;
  }
}
