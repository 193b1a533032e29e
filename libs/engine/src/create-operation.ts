import {
  awaitsClaim,
  type ClientHints,
  type Clock,
  type CreateEnvelope,
  FINGERPRINT_VERSION,
  fingerprintOf,
  fingerprintText,
  isRefusal,
  type JoinedTransaction,
  type JsonObject,
  type KeyRecord,
  newUuid,
  type NewOperation,
  type Observer,
  type Operation,
  type OperationStore,
  type OperationType,
  Refusal,
  shardOf,
  type Signals,
  type TypeRegistry,
  unobserved,
} from '@holdfast/kernel';
import type { LogRequests } from './log-requests.js';
import { RecentKeys } from './recent-keys.js';
import { answerFromKey } from './replay.js';

/** A create as it arrived: authenticated, its key read, its body parsed but not yet judged. */
export interface CreateCommand {
  readonly tenant: string;
  readonly key: string;
  readonly body: JsonObject;
  /** Judges the envelope; throws a `validation-failed` refusal. Only asked when the key is new. */
  readonly validate: (body: JsonObject) => CreateEnvelope;
  /** Throws when nothing new may come in (quota, draining). Only asked when the key is new. */
  readonly admit?: () => void;
  readonly traceParent: string | null;
  /** What the client says of its own retries; written down beside the operation. */
  readonly hints?: ClientHints | null;
  /** The caller's own transaction, if the operation is to exist if and only if that commits. */
  readonly transaction?: JoinedTransaction;
}

export interface CreateResult {
  readonly operation: Operation;
  readonly replayed: boolean;
}

/** How often a key that was taken a moment ago and is free now (its creation rolled back) is tried again. */
const SECOND_LOOKS = 3;

/** The front door: creates an operation, or answers with the one its key already created. */
export class CreateOperation {
  private readonly recent = new RecentKeys();

  constructor(
    private readonly store: OperationStore,
    private readonly types: TypeRegistry,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly requests?: Pick<LogRequests, 'note'>,
    private readonly observer: Pick<Observer, 'decision'> = unobserved,
  ) {}

  /**
   * Stores first and looks the key up only when it is taken or when the request would be refused; where a retry is to
   * be expected, it looks first. Both are one round trip, and a replay is never refused by anything newer than its
   * operation (CONTRACT I7).
   *
   * Refuses with `idempotency-key-reused`, `idempotency-key-expired`, `idempotency-key-in-flight`,
   * `validation-failed`, `operation-type-unknown`, or what `admit` says.
   */
  async execute(command: CreateCommand): Promise<CreateResult> {
    const result = await this.observer.decision(command, () => this.createOrReplay(command));
    this.recent.add(command.tenant, command.key);
    if (command.transaction) command.transaction.afterCommit(() => this.announce(command, result));
    else this.announce(command, result);
    return result;
  }

  /** Only what is committed is worth a look, and only that has a story. */
  private announce(command: CreateCommand, { operation, replayed }: CreateResult): void {
    const { hints = null, traceParent } = command;
    if (!replayed && awaitsClaim(operation.status)) this.signals.publish({ kind: 'due' });
    this.requests?.note(operation, replayed ? 'replayed' : 'created', { hints, traceParent });
  }

  private async createOrReplay(command: CreateCommand): Promise<CreateResult> {
    const store = command.transaction ?? this.store;
    if (this.isLikelyTaken(command)) {
      const known = await store.findByKey(command.tenant, command.key);
      if (known) return replay(command, known);
    }
    for (let look = 0; look < SECOND_LOOKS; look += 1) {
      const prepared = this.prepareOrRefusal(command);
      if (!isRefusal(prepared)) {
        const operation = await store.create(prepared);
        if (operation) return { operation, replayed: false };
      }
      const known = await store.findByKey(command.tenant, command.key);
      if (known) return replay(command, known);
      if (isRefusal(prepared)) throw prepared;
    }
    throw new Refusal('idempotency-key-in-flight', undefined, { retryAfterSeconds: 1 });
  }

  /** By what the client says or by what came by here; a wrong guess costs one look and changes nothing. */
  private isLikelyTaken({ tenant, key, hints }: CreateCommand): boolean {
    return (hints?.attempt ?? 1) > 1 || hints?.reason !== undefined || this.recent.has(tenant, key);
  }

  private prepareOrRefusal(command: CreateCommand): NewOperation | Refusal {
    try {
      command.admit?.();
      const envelope = command.validate(command.body);
      const type = this.types.get(envelope.type);
      if (!type) throw new Refusal('operation-type-unknown', `There is no operation type «${envelope.type}» here.`);
      const errors = type.validateInput(envelope.input);
      if (errors.length > 0) throw new Refusal('validation-failed', undefined, { errors });
      return this.prepare(command, envelope, type);
    } catch (error) {
      if (isRefusal(error)) return error;
      throw error;
    }
  }

  private prepare(command: CreateCommand, envelope: CreateEnvelope, type: OperationType): NewOperation {
    const request = fingerprintText(command.body);
    const shard = shardOf(command.tenant, command.key);
    return {
      uuid: newUuid(this.clock.wallMs(), shard),
      shard,
      idPrefix: type.idPrefix,
      tenant: command.tenant,
      key: command.key,
      request,
      fingerprint: fingerprintOf(request),
      fingerprintVersion: FINGERPRINT_VERSION,
      type: type.name,
      typeVersion: type.version ?? null,
      priority: envelope.priority,
      labels: envelope.labels,
      runAt: envelope.runAt,
      delayMs: envelope.delayMs,
      deadline: envelope.deadline,
      maxAttempts: type.retry.maxAttempts,
      maxLost: type.retry.maxLost,
      replayWindowMs: type.replayWindowMs,
      traceParent: command.traceParent,
    };
  }
}

function replay(command: CreateCommand, known: KeyRecord): CreateResult {
  return { operation: answerFromKey(command.body, known), replayed: true };
}
