import { createParamDecorator } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from 'typeorm';

const managers = new AsyncLocalStorage<EntityManager>();

/** Runs `work`, and everything it begins, with `manager` as the current one. */
export function withManager<Result>(manager: EntityManager, work: () => Result): Result {
  return managers.run(manager, work);
}

/**
 * The EntityManager of the transaction that the answer of the current request commits with, for services that are
 * called by a route with `@Idempotent({ transaction: true })`. Throws a TypeError anywhere else: a write that went
 * elsewhere would not be part of it.
 */
export function currentManager(): EntityManager {
  const manager = managers.getStore();
  if (!manager) throw new TypeError('there is no transaction here: the route needs @Idempotent({ transaction: true })');
  return manager;
}

/** The same as a parameter of the route. */
export const TransactionManager = createParamDecorator(() => currentManager());
