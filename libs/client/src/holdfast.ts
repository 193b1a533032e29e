import { type BatchItemOf, type BatchResult, batch } from './calls/batch.js';
import { cancel, erase, resume, type ResumeOptions, signal, type SignalOptions } from './calls/control.js';
import { create, type Created, type CreateOptions } from './calls/create.js';
import { listAll, type ListFilter, listPage, type Page } from './calls/list.js';
import { findByKey, operationPath, read, readFull, readTypes } from './calls/read.js';
import { result } from './calls/result.js';
import { wait, type WaitOptions } from './calls/wait.js';
import { watch, type WatchOptions } from './calls/watch.js';
import type { KeyStore } from './keys/key-store.js';
import { MemoryKeyStore } from './keys/memory-key-store.js';
import { type Intent, once } from './keys/once.js';
import type { CallOptions, HoldfastOptions } from './options.js';
import { Transport } from './transport/transport.js';
import type { Explanation } from './wire/explanation.js';
import type { AnyOperations, InputOf, OperationMap, ResultOf, TypeName } from './wire/operation-map.js';
import type { Operation } from './wire/operation.js';
import type { FullOperation, OperationEvent, OperationTypeInfo } from './wire/story.js';

/**
 * A client of one Holdfast service. One for the whole process: its retry budget and its circuit breaker are worth
 * something only when all calls share them.
 *
 * All methods reject with a `HoldfastError` (a class for each refusal, `UnreachableError` when no answer came), or with
 * the reason of the `signal` they were given.
 */
export class Holdfast<Types extends OperationMap<Types> = AnyOperations> {
  private readonly transport: Transport;
  private readonly keyStore: KeyStore;

  constructor(options: HoldfastOptions) {
    this.transport = new Transport(options);
    this.keyStore = options.keyStore ?? new MemoryKeyStore();
  }

  /**
   * Creates an operation, or finds the one that the same key created. The key is `options.key`, or derived from the type
   * and `options.identity`, or a new one for this call; all tries of the call share it.
   */
  create<Type extends TypeName<Types>>(
    type: Type,
    input: InputOf<Types, Type>,
    options: CreateOptions = {},
  ): Promise<Created<ResultOf<Types, Type>>> {
    return create(this.transport, type, input, options);
  }

  /** Creates an operation, waits for its end, and gives what its handler returned. */
  async run<Type extends TypeName<Types>>(
    type: Type,
    input: InputOf<Types, Type>,
    options: CreateOptions & WaitOptions = {},
  ): Promise<ResultOf<Types, Type>> {
    const { operation } = await this.create(type, input, options);
    return this.result<Type>(operation.id, options);
  }

  /** Many creates at once; one that is refused does not keep the others. */
  batch(items: readonly BatchItemOf<Types>[], call: CallOptions = {}): Promise<readonly BatchResult[]> {
    return batch(this.transport, items, call);
  }

  get<Type extends TypeName<Types>>(id: string, call?: CallOptions): Promise<Operation<ResultOf<Types, Type>>> {
    return read(this.transport, operationPath(id), call);
  }

  /** The operation with its requests, attempts and steps. */
  getFull<Type extends TypeName<Types>>(id: string, call?: CallOptions): Promise<FullOperation<ResultOf<Types, Type>>> {
    return readFull(this.transport, id, call);
  }

  /** Why the operation is where it is, and what moves it next. */
  explain(id: string, call?: CallOptions): Promise<Explanation> {
    return read(this.transport, operationPath(id, 'explain'), call);
  }

  /** «Did my lost request arrive?», without creating anything; null when it did not. */
  findByKey(key: string, call?: CallOptions): Promise<Operation | null> {
    return findByKey(this.transport, key, call);
  }

  /** Waits for the end, whichever it is; look at `status`. */
  wait<Type extends TypeName<Types>>(id: string, options?: WaitOptions): Promise<Operation<ResultOf<Types, Type>>> {
    return wait(this.transport, id, options);
  }

  /** Waits for the end and gives what the handler returned; rejects when the operation did not succeed. */
  result<Type extends TypeName<Types>>(id: string, options: WaitOptions = {}): Promise<ResultOf<Types, Type>> {
    return result(this.transport, id, options);
  }

  /** What has happened, then what happens, until the operation has ended. */
  watch(id: string, options?: WatchOptions): AsyncGenerator<OperationEvent> {
    return watch(this.transport, id, options);
  }

  /** Operations, newest first; further pages are read as they are asked for. */
  list(filter: ListFilter = {}, call?: CallOptions): AsyncGenerator<Operation> {
    return listAll(this.transport, filter, call);
  }

  listPage(filter: ListFilter = {}, pageToken: string | null = null, call?: CallOptions): Promise<Page> {
    return listPage(this.transport, filter, pageToken, call);
  }

  /** Asks an operation to stop. Whether it did is told by its end: it may have been faster. */
  cancel(id: string, call?: CallOptions): Promise<Operation> {
    return cancel(this.transport, id, call);
  }

  /** Gives a failed operation more attempts; its completed steps stay. */
  resume(id: string, options: ResumeOptions = {}): Promise<Operation> {
    return resume(this.transport, id, options);
  }

  /** Sends a signal that the operation waits for, or will wait for. */
  signal(id: string, name: string, payload: unknown, options: SignalOptions = {}): Promise<Operation> {
    return signal(this.transport, id, name, payload, options);
  }

  /** Erases an operation that has ended; its key stays taken. */
  delete(id: string, call?: CallOptions): Promise<void> {
    return erase(this.transport, id, call);
  }

  types(call?: CallOptions): Promise<readonly OperationTypeInfo[]> {
    return readTypes(this.transport, call);
  }

  /**
   * Carries an intent out once, across crashes of this process, as far as the key store reaches: `work` gets a key that
   * was stored before, and that is forgotten when `work` resolves. After a crash, or when `work` rejected, the next call
   * with the same name gets the same key. A name is for one intent: `report 2026-11-24`, not `report`.
   */
  once<Result>(name: string, work: (intent: Intent) => Promise<Result>): Promise<Result> {
    return once(this.keyStore, this.transport.runtime, name, work);
  }
}
