import type { Violation } from '@holdfast/kernel';
import type { ErrorObject } from 'ajv';

/** More complaints about one input help nobody. */
const VIOLATIONS_MAX = 32;
/** Longest pointer that is shown; a member name can be as long as a body. */
const POINTER_LENGTH_MAX = 512;

/**
 * What a validator found, as pointers into the create body and sentence fragments. They come from the schema alone:
 * neither the validator nor this function puts a value of the input into them.
 */
export function violationsFrom(errors: readonly ErrorObject[]): readonly Violation[] {
  const found = new Map<string, Violation>();
  for (const error of errors) {
    const violation = violationOf(error);
    found.set(`${violation.pointer} ${violation.detail}`, violation);
    if (found.size === VIOLATIONS_MAX) break;
  }
  return [...found.values()];
}

function violationOf(error: ErrorObject): Violation {
  const params = error.params as Readonly<Record<string, unknown>>;
  const parent = `/input${error.instancePath}`;
  switch (error.keyword) {
    case 'required':
      return { pointer: child(parent, params['missingProperty']), detail: 'is required' };
    case 'additionalProperties':
      return { pointer: child(parent, params['additionalProperty']), detail: 'is not allowed here' };
    case 'unevaluatedProperties':
      return { pointer: child(parent, params['unevaluatedProperty']), detail: 'is not allowed here' };
    case 'propertyNames':
      return { pointer: child(parent, params['propertyName']), detail: 'has a name that is not allowed here' };
    default:
      return { pointer: shorten(parent), detail: error.message ?? 'is not valid' };
  }
}

/** RFC 6901 §3: the tilde first, or the tilde of an escaped slash would be escaped once more. */
function child(parent: string, name: unknown): string {
  return shorten(`${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

/** The nearest ancestor whose pointer fits: a slash inside a name is escaped, so every slash ends a whole one. */
function shorten(pointer: string): string {
  if (pointer.length <= POINTER_LENGTH_MAX) return pointer;
  return pointer.slice(0, pointer.lastIndexOf('/', POINTER_LENGTH_MAX));
}
