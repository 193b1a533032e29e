import type { Log } from '@holdfast/kernel';
import { HandlerCollection, type HandlerRegistry, HandlersError } from '@holdfast/runner';
import type { DiscoveryService } from '@nestjs/core';
import type { OnModuleInit } from '@nestjs/common';
import { addRunner } from './handlers-of.js';
import { handlerOptionsOf, type OperationRunner } from './operation-handler.decorator.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/**
 * Every provider of the application that is decorated as a handler, beside the handlers that the options name. Classes
 * are known before any of them is made, so the registry is whole from the start, and a type that two classes claim
 * stops it (`HandlersError`).
 */
export class DiscoveredHandlers implements OnModuleInit {
  readonly registry: HandlerRegistry;
  private readonly wrappers: Wrapper[] = [];

  constructor(
    discovery: Pick<DiscoveryService, 'getProviders'>,
    private readonly given: HandlerRegistry | undefined,
    private readonly log: Log,
  ) {
    const collection = new HandlerCollection({});
    if (given) collection.include(given, 'the option «handlers»');
    for (const wrapper of discovery.getProviders()) {
      const options = handlerOptionsOf(classOf(wrapper));
      if (!options) continue;
      addRunner(collection, options, () => wrapper.instance as OperationRunner, nameOf(wrapper));
      this.wrappers.push(wrapper);
    }
    this.registry = collection.registry();
  }

  /** Attempts belong to no request, so nothing that is made for one can be had in them. */
  onModuleInit(): void {
    // Whoever gave a registry has been told of its own.
    for (const warning of this.registry.warnings.slice(this.given?.warnings.length)) this.log.warn(warning);
    for (const wrapper of this.wrappers) {
      if (!wrapper.isDependencyTreeStatic() || wrapper.isTransient) {
        throw new HandlersError(`${nameOf(wrapper)}: a handler must be a singleton, with singletons as dependencies`);
      }
    }
  }
}

/** The token comes first: a test that overrides the provider by a value still means the class. */
function classOf({ token, metatype }: Wrapper): unknown {
  return typeof token === 'function' ? token : metatype;
}

function nameOf(wrapper: Wrapper): string {
  return `${wrapper.host?.metatype.name ?? 'a module'}.${wrapper.name}`;
}
