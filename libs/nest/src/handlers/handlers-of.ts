import { HandlerCollection, type HandlerRegistry, type OperationContext } from '@holdfast/runner';
import {
  handlerOptionsOf,
  type OperationHandlerOptions,
  type OperationOf,
  type OperationRunner,
} from './operation-handler.decorator.js';

/** Adds a decorated class to `collection`; its instance is asked for when it is first needed. */
export function addRunner(
  collection: HandlerCollection,
  { type, ...definition }: OperationHandlerOptions,
  instance: () => OperationRunner,
  source: string,
): void {
  const run = (op: OperationContext) => instance().run(op as OperationOf<unknown>);
  collection.add({ [type]: { ...definition, run } }, source);
}

/**
 * The registry of handlers that a test has made itself, with what it wants to have injected:
 * `startHoldfast({ handlers: handlersOf(new ChargeInvoice(fakePayments)) })`. Throws a TypeError for an object whose
 * class is not decorated.
 */
export function handlersOf(...runners: readonly OperationRunner<never>[]): HandlerRegistry {
  const collection = new HandlerCollection({});
  for (const runner of runners) {
    const { constructor } = runner;
    const options = handlerOptionsOf(constructor);
    if (!options) throw new TypeError(`${constructor.name} is not decorated with @OperationHandler`);
    addRunner(collection, options, () => runner, constructor.name);
  }
  return collection.registry();
}
