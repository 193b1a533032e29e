import {
  isTerminal,
  type Observer,
  type Operation,
  type OperationStore,
  Refusal,
  type Signals,
  type StepDecision,
  type TypeRegistry,
  DEFAULT_RETRY_POLICY,
  unobserved,
} from '@holdfast/kernel';
import { refuseAbsent } from './absent-operation.js';
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
  /** Name of the step from which on everything is forgotten; null keeps all that is done. */
  readonly fromStep?: string | null;
  /** What a person found out about a step whose outcome is unknown. */
  readonly decision?: StepDecision | null;
  /** W3C `traceparent` of the request. */
  readonly traceParent?: string | null;
}

/** What people ask of an operation that exists: stop, or go on. */
export class ControlOperation {
  constructor(
    private readonly store: OperationStore,
    private readonly types: TypeRegistry,
    private readonly signals: Signals,
    private readonly mail?: { soon(): void },
    private readonly observer: Pick<Observer, 'endedAlone'> = unobserved,
  ) {}

  /**
   * Asks an operation to stop: pending ends at once, running ends when its handler yields. `alreadyEnded` when it was
   * terminal before: a race between ending and canceling is not an error.
   */
  async cancel(tenant: string, id: string): Promise<{ operation: Operation; alreadyEnded: boolean }> {
    const uuid = uuidOf(id);
    // The right id under another prefix is none of ours, and nothing may happen on its account.
    const known = await this.store.find(tenant, uuid);
    if (known && known.id !== id) throw notFound();
    const canceled = known && (await this.store.cancel(tenant, uuid));
    const { operation, changed } = canceled ?? (await refuseAbsent(this.store, tenant, { id, uuid }));
    if (changed) {
      if (isTerminal(operation.status)) this.observer.endedAlone([operation]);
      this.signals.publish({ kind: 'changed', uuids: [uuid] });
      this.mail?.soon();
      if (!isTerminal(operation.status)) this.signals.publish({ kind: 'cancel', uuids: [uuid] });
    }
    return { operation, alreadyEnded: isTerminal(operation.status) && !changed };
  }

  /**
   * Gives a failed operation more attempts. `resumed` is true also for a repeated request with the same key, which
   * never resumes twice. Refuses with `operation-not-resumable`, for a failed one that has changed since with
   * `precondition-failed`, and with `validation-failed` when a step it names is not what it is taken for.
   */
  async resume(command: ResumeCommand): Promise<{ operation: Operation; resumed: boolean }> {
    const uuid = uuidOf(command.id);
    const { tenant, id } = command;
    const found = await this.store.find(tenant, uuid);
    const known = found?.id === id ? found : await refuseAbsent(this.store, tenant, { id, uuid });
    const policy = this.types.get(known.type)?.retry ?? DEFAULT_RETRY_POLICY;
    const answer = await this.store.resume({ ...command, uuid, extraAttempts: policy.maxAttempts });
    const { outcome, operation } = answer ?? (await refuseAbsent(this.store, tenant, { id, uuid }));
    switch (outcome) {
      case 'resumed':
        this.signals.publish({ kind: 'changed', uuids: [uuid] });
        this.signals.publish({ kind: 'due' });
        return { operation, resumed: true };
      case 'already-used':
        return { operation, resumed: true };
      case 'version-differs':
        throw new Refusal('precondition-failed', undefined, {
          operationId: operation.id,
          operationType: operation.type,
        });
      case 'step-unknown':
        throw wrongStep('/fromStep', 'is not the name of a step this operation remembers');
      case 'step-not-undecided':
        throw wrongStep('/step', 'is not the name of a step whose outcome is unknown');
      case 'deadline-over':
        throw notResumable(operation, 'Its deadline is over; send a new deadline to resume it.');
      case 'not-failed':
        if (!isTerminal(operation.status)) return { operation, resumed: false };
        throw notResumable(operation, `It is ${operation.status}, and only a failed operation can be resumed.`);
    }
  }
}

function wrongStep(pointer: string, detail: string): Refusal {
  return new Refusal('validation-failed', undefined, { errors: [{ pointer, detail }] });
}

function notResumable(operation: Operation, detail: string): Refusal {
  return new Refusal('operation-not-resumable', detail, {
    operationId: operation.id,
    operationType: operation.type,
    operationStatus: operation.status,
  });
}
