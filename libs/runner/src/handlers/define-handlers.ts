import { HandlerCollection } from './handler-collection.js';
import type { HandlerRegistry } from './handler-registry.js';
import type { HandlerDefaults } from './read-definition.js';

/**
 * The registry of handlers that a program defines itself, in the same shape as the default export of a handlers file
 * (CONTRACT §6). `source` names them in messages. Throws {@link HandlersError} for the first mistake.
 */
export function defineHandlers(
  definitions: object,
  source = 'handlers',
  defaults: HandlerDefaults = {},
): HandlerRegistry {
  const collection = new HandlerCollection(defaults);
  collection.add(definitions, source);
  return collection.registry();
}
