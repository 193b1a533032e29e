import type { TypeRegistry } from '@holdfast/kernel';
import type { OperationContext } from '../context/operation-context.js';

/** The work of one type. What it returns or resolves to becomes the result, what it throws becomes the error. */
export type HandlerFunction = (op: OperationContext) => unknown;

/** The types a process knows and what runs them. */
export interface HandlerRegistry {
  readonly types: TypeRegistry;
  /** The function that runs operations of this type; undefined for a type that is not known here. */
  run(type: string): HandlerFunction | undefined;
  /** Sentences for the operator: legal, but probably not meant. */
  readonly warnings: readonly string[];
}
