import {
  isTerminal,
  type Operation,
  type OperationStore,
  Refusal,
  type Signals,
  type TypeRegistry,
  DEFAULT_RETRY_POLICY,
} from '@holdfast/kernel';
import { notFound, uuidOf } from './read-operation.js';

export interface ResumeCommand {
  readonly tenant: string;
  readonly id: string;
  readonly key: string | null;
  readonly reason: string | null;
  /** Replaces the deadline, null removes it, undefined keeps it. */
  readonly deadline: Date | null | undefined;
  /** Version named by `If-Match`; null for any. */
  readonly version: number | null;
}

/** What people ask of an operation that exists: stop, or go on. */
export class ControlOperation {
  constructor(
    private readonly store: OperationStore,
    private readonly types: TypeRegistry,
    private readonly signals: Signals,
    private readonly mail?: { soon(): void },
  ) {}

  /**
   * Asks an operation to stop: pending ends at once, running ends when its handler yields. `alreadyEnded` when it was
   * terminal before: a race between ending and canceling is not an error.
   */
  async cancel(tenant: string, id: string): Promise<{ operation: Operation; alreadyEnded: boolean }> {
    const uuid = uuidOf(id);
    const { operation, changed } = (await this.store.cancel(tenant, uuid)) ?? missing();
    if (operation.id !== id) throw notFound();
    if (changed) {
      this.signals.publish({ kind: 'changed', uuids: [uuid] });
      this.mail?.soon();
      if (!isTerminal(operation.status)) this.signals.publish({ kind: 'cancel', uuids: [uuid] });
    }
    return { operation, alreadyEnded: isTerminal(operation.status) && !changed };
  }

  /**
   * Gives a failed operation more attempts. `resumed` is true also for a repeated request with the same key, which
   * never resumes twice. Refuses with `operation-not-resumable` or, for a failed one that has changed since,
   * `precondition-failed`.
   */
  async resume(command: ResumeCommand): Promise<{ operation: Operation; resumed: boolean }> {
    const uuid = uuidOf(command.id);
    const known = await this.store.find(command.tenant, uuid);
    if (known?.id !== command.id) throw notFound();
    const policy = this.types.get(known.type)?.retry ?? DEFAULT_RETRY_POLICY;
    const { outcome, operation } =
      (await this.store.resume({ ...command, uuid, extraAttempts: policy.maxAttempts })) ?? missing();
    switch (outcome) {
      case 'resumed':
        this.signals.publish({ kind: 'changed', uuids: [uuid] });
        this.signals.publish({ kind: 'due' });
        return { operation, resumed: true };
      case 'already-used':
        return { operation, resumed: true };
      case 'version-differs':
        throw new Refusal('precondition-failed', undefined, { operationId: operation.id });
      case 'deadline-over':
        throw notResumable(operation, 'Its deadline is over; send a new deadline to resume it.');
      case 'not-failed':
        if (!isTerminal(operation.status)) return { operation, resumed: false };
        throw notResumable(operation, `It is ${operation.status}, and only a failed operation can be resumed.`);
    }
  }
}

function missing(): never {
  throw notFound();
}

function notResumable(operation: Operation, detail: string): Refusal {
  return new Refusal('operation-not-resumable', detail, {
    operationId: operation.id,
    operationStatus: operation.status,
  });
}
