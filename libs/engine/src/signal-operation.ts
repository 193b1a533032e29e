import {
  canonicalJson,
  fingerprintOf,
  type JsonValue,
  type MessageStore,
  type Observer,
  type OperationStore,
  Refusal,
  type SignalOutcome,
  type Signals,
  unobserved,
} from '@holdfast/kernel';
import { refuseAbsent } from './absent-operation.js';
import { uuidOf } from './read-operation.js';

export interface SignalCommand {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  /** Deduplicates the signal: unique per operation and name. */
  readonly key: string;
  readonly payload: JsonValue;
  /** W3C `traceparent` of the request. */
  readonly traceParent?: string | null;
}

/** Sends signals to operations. */
export class SignalOperation {
  constructor(
    private readonly messages: Pick<MessageStore, 'sendSignal'>,
    private readonly store: Pick<OperationStore, 'find' | 'findTombstone'>,
    private readonly signals: Signals,
    private readonly observer: Pick<Observer, 'signal'> = unobserved,
  ) {}

  /**
   * Puts a signal into the operation's box, where it waits until it is asked for. The same signal with the same key
   * is one signal. Refuses with `operation-not-found`, `operation-purged`, `operation-terminal` or
   * `idempotency-key-reused`.
   */
  async send(command: SignalCommand): Promise<SignalOutcome> {
    const { tenant, id, name, traceParent = null } = command;
    const uuid = uuidOf(id);
    const known = await this.store.find(tenant, uuid);
    if (known?.id !== id) return refuseAbsent(this.store, tenant, { id, uuid });
    const payload = canonicalJson(command.payload);
    const signal = { tenant, uuid, name, key: command.key, payload, fingerprint: fingerprintOf(payload) };
    const outcome = await this.observer.signal({ operation: known, name, traceParent }, (sentBy) =>
      this.messages.sendSignal({ ...signal, traceParent: sentBy }),
    );
    if (outcome === 'missing') return refuseAbsent(this.store, tenant, { id, uuid });
    const context = { operationId: id, operationType: known.type };
    if (outcome === 'differs') throw new Refusal('idempotency-key-reused', undefined, context);
    if (outcome === 'terminal') throw new Refusal('operation-terminal', undefined, context);
    this.signals.publish({ kind: 'due' });
    this.signals.publish({ kind: 'changed', uuids: [uuid] });
    return outcome;
  }
}
