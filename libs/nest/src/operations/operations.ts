import { OperationUrls, validateCreate, validateResume } from '@holdfast/contract';
import type { Engine } from '@holdfast/engine';
import { DEFAULT_TENANT, type JsonObject, type Operation, Refusal, unstorablePointer } from '@holdfast/kernel';
import type { PostgresStore } from '@holdfast/store';
import { asHoldfastErrors } from '../errors/holdfast-error.js';
import type { DrainFlag } from '../lifecycle/drain-flag.js';
import { bodyOf, checkedKey, type CreateRequest, jsonOf, type OperationTypeRef, typeNameOf } from './create-request.js';
import { operationSnapshot, type OperationSnapshot } from './operation-snapshot.js';

export interface OperationsParts {
  readonly engine: Engine;
  readonly store: Pick<PostgresStore, 'join'>;
  readonly drain: DrainFlag;
  readonly publicUrl: string;
}

export interface WaitOptions {
  /** How long to wait at most, in ms (30 s). */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface ResumeRequest {
  readonly reason?: string;
  /** Replaces the deadline; null removes it. */
  readonly deadline?: Date | string | null;
  /** The same key never resumes twice. */
  readonly key?: string;
  /** Forgets this step and those after it. */
  readonly fromStep?: string;
}

const WAIT_MS = 30_000;

/**
 * Durable operations for the code of an application. Every method rejects with a {@link HoldfastError} for what the
 * catalogue lists; each says which ones are its own.
 */
export class Operations {
  private readonly urls: OperationUrls;

  constructor(
    private readonly parts: OperationsParts,
    /** Whose operations these are; nothing of another tenant is visible. */
    readonly tenant: string = DEFAULT_TENANT,
  ) {
    this.urls = new OperationUrls(parts.publicUrl);
  }

  /** The same for another tenant. */
  for(tenant: string): Operations {
    return new Operations(this.parts, tenant);
  }

  /**
   * Creates an operation, or gives the one that its key already created. With `manager` it joins the caller's
   * transaction: it exists if and only if that commits, and a key that is taken does not disturb it.
   *
   * Rejects with {@link IdempotencyKeyReusedError}, {@link IdempotencyKeyExpiredError},
   * {@link IdempotencyKeyInFlightError}, {@link ValidationFailedError} or {@link OperationTypeUnknownError}.
   */
  async create<Input = unknown, Result = unknown>(
    type: OperationTypeRef<Input, Result>,
    request: CreateRequest<Input>,
  ): Promise<{ readonly operation: OperationSnapshot<Result>; readonly replayed: boolean }> {
    const { engine, store, drain } = this.parts;
    const body = bodyOf(typeNameOf(type), request);
    return this.told(async () => {
      const { operation, replayed } = await engine.create.execute({
        tenant: this.tenant,
        key: checkedKey(request.key),
        body,
        validate: (read) => validateCreate(read, unstorablePointer(read)),
        admit: () => {
          if (drain.active) throw new Refusal('draining', undefined, { retryAfterSeconds: 1 });
        },
        traceParent: null,
        ...(request.manager ? { transaction: await store.join(request.manager) } : {}),
      });
      return { operation: this.snapshot<Result>(operation), replayed };
    });
  }

  /** Rejects with {@link OperationNotFoundError} or {@link OperationPurgedError}. */
  get<Result = unknown>(id: string): Promise<OperationSnapshot<Result>> {
    return this.told(async () => this.snapshot(await this.parts.engine.read.byId(this.tenant, id)));
  }

  /** «Did it arrive?» Rejects like {@link get}. */
  findByKey<Result = unknown>(key: string): Promise<OperationSnapshot<Result>> {
    return this.told(async () => this.snapshot(await this.parts.engine.read.byKey(this.tenant, checkedKey(key))));
  }

  /**
   * Waits for the end and gives the operation as it is then, or as it is when the time is over: look at `ended`. Holds no
   * database connection meanwhile. Rejects like {@link get}.
   */
  wait<Result = unknown>(
    id: string,
    { timeoutMs = WAIT_MS, signal }: WaitOptions = {},
  ): Promise<OperationSnapshot<Result>> {
    const { read, watch } = this.parts.engine;
    return this.told(async () => {
      const operation = await read.byId(this.tenant, id);
      return this.snapshot(await watch.wait(operation, { until: 'terminal' }, timeoutMs, signal));
    });
  }

  /** Asks it to stop: pending ends at once, running when its handler yields; one that has ended stays as it is. */
  cancel(id: string): Promise<OperationSnapshot> {
    return this.told(async () => this.snapshot((await this.parts.engine.control.cancel(this.tenant, id)).operation));
  }

  /** Gives a failed operation more attempts. Rejects with {@link OperationNotResumableError}, or like {@link get}. */
  resume(id: string, { key, ...body }: ResumeRequest = {}): Promise<OperationSnapshot> {
    return this.told(async () => {
      const { operation } = await this.parts.engine.control.resume({
        tenant: this.tenant,
        id,
        key: key === undefined ? null : checkedKey(key),
        version: null,
        ...validateResume(jsonOf(body) as JsonObject),
      });
      return this.snapshot(operation);
    });
  }

  /**
   * Sends a signal, once for each key, whether it is waited for already or only later. Rejects with
   * {@link OperationTerminalError}, {@link IdempotencyKeyReusedError}, or like {@link get}.
   */
  async signal(id: string, name: string, payload: unknown, { key }: { readonly key: string }): Promise<void> {
    await this.told(() =>
      this.parts.engine.signals.send({
        tenant: this.tenant,
        id,
        name,
        key: checkedKey(key),
        payload: jsonOf(payload),
      }),
    );
  }

  private told<Value>(work: () => Promise<Value>): Promise<Value> {
    return asHoldfastErrors(this.parts.publicUrl, work);
  }

  private snapshot<Result>(operation: Operation): OperationSnapshot<Result> {
    return operationSnapshot(operation, this.urls);
  }
}
