import {
  type Children,
  type Circumstances,
  EXPLAIN_LIMITS,
  type Explanation,
  type ExplainStore,
  type Operation,
  type OperationStore,
} from '@holdfast/kernel';
import { refuseAbsent } from './absent-operation.js';
import { explain } from './explain/explain.js';
import { isInLine } from './explain/pending.js';
import { uuidOf } from './read-operation.js';

/** An operation, and why it is where it is. */
export interface Explained {
  readonly operation: Operation;
  readonly explanation: Explanation;
}

/** Says why an operation is where it is. Never writes: all of it is derived from rows that were written anyway. */
export class ExplainOperation {
  constructor(private readonly store: ExplainStore & Pick<OperationStore, 'find' | 'findTombstone'>) {}

  /**
   * Explains an operation and its newest requests, or the one request with this number (from 1). Refuses with
   * `operation-not-found` and `operation-purged`. The operation is read as of one moment; what is around it – the queue,
   * workers, called operations – a moment later, and only when it matters.
   * `aheadMax`: how far those before it in the queue are counted, whose they may be.
   */
  async byId(
    tenant: string,
    id: string,
    request: number | null = null,
    aheadMax: number = EXPLAIN_LIMITS.ahead,
  ): Promise<Explained> {
    const uuid = uuidOf(id);
    const found = await this.store.circumstances(tenant, uuid, request);
    if (found?.operation.id !== id) return refuseAbsent(this.store, tenant, { id, uuid });
    const [traffic, children] = await Promise.all([
      isInLine(found) ? this.store.laneTraffic(found.place, aheadMax) : null,
      this.childrenOf(tenant, found),
    ]);
    const explanation = explain(found, { traffic, aheadMax, children, request });
    return { operation: found.operation, explanation };
  }

  private async childrenOf(tenant: string, { openSteps }: Circumstances): Promise<Children> {
    const uuids = openSteps.flatMap(({ childUuid }) => childUuid ?? []);
    const found = await Promise.all(uuids.map((uuid) => this.store.find(tenant, uuid)));
    return new Map(found.flatMap((child) => (child ? [[child.uuid, child]] : [])));
  }
}
