import { isJsonObject, type JsonValue, type Violation } from '@holdfast/kernel';
import type { ValidateFunction } from 'ajv';
import { dialectOf } from './dialect.js';
import { isSmall } from './small-value.js';
import { violationsFrom } from './violations.js';

/** A JSON Schema that is not one, or that asks for something we do not do. One sentence fragment: «must …, …». */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

export interface InputSchema {
  /** A copy that nobody else can change: it is published, and it was compiled. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly validate: (input: JsonValue) => readonly Violation[];
  /** Keywords that are legal but unknown, and so check nothing. */
  readonly warnings: readonly string[];
}

/** Says what is wrong when the check itself gives up, for instance on a pattern that overflows the stack. */
const UNCHECKABLE: readonly Violation[] = [{ pointer: '/input', detail: 'is too complex to be checked' }];

/**
 * Compiles the schema of a type's input: JSON Schema 2020-12, or draft-07 when `$schema` says so, with formats checked.
 * References stay inside the schema; none is ever fetched. Throws {@link SchemaError}.
 *
 * Validation must not become a way to exhaust the service: the first pass stops at the first error, and only a small
 * input is asked for all of them. Patterns are the author's, so their cost on long text is theirs to mind.
 */
export function compileInputSchema(source: Readonly<Record<string, unknown>>): InputSchema {
  const schema = copyOf(source);
  const warnings: string[] = [];
  const quick = compile(schema, false, warnings);
  const thorough = compile(schema, true, []);
  const validate = (input: JsonValue): readonly Violation[] => {
    try {
      if (quick(input)) return [];
      const errors = isSmall(input) && !thorough(input) ? thorough.errors : quick.errors;
      return violationsFrom(errors ?? []);
    } catch {
      return UNCHECKABLE;
    }
  };
  return { schema, validate, warnings };
}

function compile(schema: Record<string, unknown>, allErrors: boolean, warnings: string[]): ValidateFunction {
  const dialect = dialectOf(schema['$schema']);
  if (dialect === null) {
    throw new SchemaError('must be of JSON Schema 2020-12 or draft-07: its $schema names another dialect');
  }
  try {
    const validator = dialect(allErrors, warnings).compile(schema);
    if ('$async' in validator) throw new SchemaError('must not be asynchronous ($async)');
    return validator;
  } catch (error) {
    if (error instanceof SchemaError) throw error;
    throw new SchemaError(`is not a usable JSON Schema: ${complaintOf(error)}`, { cause: error });
  }
}

function complaintOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be compiled';
  if ('missingRef' in error) return `${error.message}; references to other documents are not followed`;
  return error.message.replace(' ignored in schema', '');
}

function copyOf(source: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    const copy = JSON.parse(JSON.stringify(source)) as JsonValue;
    if (isJsonObject(copy)) return copy;
  } catch {
    // Cycles and bigints end here; the sentence below says it.
  }
  throw new SchemaError('must be plain JSON');
}
