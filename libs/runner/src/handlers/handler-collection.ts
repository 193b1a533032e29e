import { isTypeName, type OperationType } from '@holdfast/kernel';
import type { HandlerFunction, HandlerRegistry } from './handler-registry.js';
import { HandlersError } from './handlers-error.js';
import { isObject, shown } from './members.js';
import { type HandlerDefaults, readDefinition } from './read-definition.js';

/** Types gathered from one or several sources, each name once. */
export class HandlerCollection {
  private readonly types = new Map<string, OperationType>();
  private readonly runs = new Map<string, HandlerFunction>();
  private readonly sources = new Map<string, string>();
  private readonly warnings: string[] = [];

  constructor(private readonly defaults: HandlerDefaults) {}

  /** Adds every type of `definitions`; `source` is the file name that messages show. */
  add(definitions: unknown, source: string): void {
    if (!isObject(definitions)) {
      throw new HandlersError(`${source}: must export an object of operation types, not ${shown(definitions)}`);
    }
    const names = Object.keys(definitions);
    if (names.length === 0) throw new HandlersError(`${source}: defines no operation type`);
    for (const name of names) this.addType(name, definitions[name], source);
  }

  /** Adds what was read before. */
  include(registry: HandlerRegistry, source: string): void {
    for (const [name, type] of registry.types) {
      this.claim(name, source, `${source}: type «${name}»`);
      this.types.set(name, type);
      const run = registry.run(name);
      if (run) this.runs.set(name, run);
    }
    this.warnings.push(...registry.warnings);
  }

  registry(): HandlerRegistry {
    const { types, runs, warnings } = this;
    return { types, warnings, run: (type) => runs.get(type) };
  }

  private addType(name: string, definition: unknown, source: string): void {
    const where = `${source}: type «${name}»`;
    if (!isTypeName(name)) {
      throw new HandlersError(
        `${where}: a type is named by dotted words such as invoice.charge, at most 128 characters`,
      );
    }
    this.claim(name, source, where);
    const read = readDefinition(name, definition, where, this.defaults);
    this.types.set(name, read.type);
    this.runs.set(name, read.run);
    this.warnings.push(...read.warnings);
  }

  private claim(name: string, source: string, where: string): void {
    const other = this.sources.get(name);
    if (other !== undefined) throw new HandlersError(`${where}: already defined by ${other}`);
    this.sources.set(name, source);
  }
}
