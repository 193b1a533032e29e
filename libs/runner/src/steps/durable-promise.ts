/**
 * A promise that tells when somebody begins to wait for it: by `await`, by `then`, or by a combinator such as
 * `Promise.all`. A handler that has begun a wait and awaits something else meanwhile does not wait yet.
 */
export class DurablePromise<Value> extends Promise<Value> {
  /** What `then` gives is a plain promise: only the first link knows of the wait. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  private onAwaited: (() => void) | null = null;

  /** `work` as a promise that calls `onAwaited` each time somebody begins to wait for it. */
  static of<Value>(work: Promise<Value>, onAwaited: () => void): DurablePromise<Value> {
    const promise = new DurablePromise<Value>((resolve) => resolve(work));
    promise.onAwaited = onAwaited;
    return promise;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise: this is where it learns that it is awaited
  override then<Result = Value, Caught = never>(
    onFulfilled?: ((value: Value) => Result | PromiseLike<Result>) | null,
    onRejected?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null,
  ): Promise<Result | Caught> {
    this.onAwaited?.();
    return super.then(onFulfilled, onRejected);
  }
}
