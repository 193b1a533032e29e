import { describe, expect, test } from '@jest/globals';
import type { JsonValue } from '@holdfast/kernel';
import { compileInputSchema, SchemaError } from './input-schema.js';

/** Far above what linear work takes on the slowest machine, far below what quadratic or exponential work takes. */
const HOPELESS_MS = 30_000;

const SECRET = 'hunter2-hunter2';

function complaintAbout(schema: Record<string, unknown>): string {
  try {
    compileInputSchema(schema);
  } catch (error) {
    if (error instanceof SchemaError) return error.message;
    throw error;
  }
  throw new Error('the schema was accepted');
}

function violations(schema: Record<string, unknown>, input: JsonValue) {
  return compileInputSchema(schema).validate(input);
}

describe('an input', () => {
  const order = {
    type: 'object',
    required: ['amount', 'constructor'],
    additionalProperties: false,
    properties: {
      amount: { type: 'integer', minimum: 1 },
      constructor: { type: 'string', format: 'email' },
      color: { enum: ['red', 'green'] },
      'a/b~c': { type: 'array', items: { pattern: '^x' } },
    },
  };

  test('that fits has no violations', () => {
    expect(violations(order, { amount: 3, constructor: 'a@example.org', color: 'red', 'a/b~c': ['x1'] })).toEqual([]);
  });

  test('that does not fit has all of them, with pointers into the request body', () => {
    const input = { amount: 0, constructor: SECRET, color: SECRET, 'a/b~c': ['x', SECRET], extra: SECRET };
    expect(violations(order, input)).toEqual([
      { pointer: '/input/extra', detail: 'is not allowed here' },
      { pointer: '/input/amount', detail: 'must be >= 1' },
      { pointer: '/input/constructor', detail: 'must match format "email"' },
      { pointer: '/input/color', detail: 'must be equal to one of the allowed values' },
      { pointer: '/input/a~1b~0c/1', detail: 'must match pattern "^x"' },
    ]);
  });

  test('that lacks a member is told which, also when every object inherits one of that name', () => {
    expect(violations(order, { amount: 1 })).toEqual([{ pointer: '/input/constructor', detail: 'is required' }]);
  });

  test('that is not there is null', () => {
    expect(violations(order, null)).toEqual([{ pointer: '/input', detail: 'must be object' }]);
  });

  test('is never changed by being checked', () => {
    const schema = {
      properties: { a: { type: 'number', default: 1 }, b: { default: 2 } },
      additionalProperties: false,
    };
    const input = { a: '1', c: 3 };
    violations(schema, input);
    expect(input).toEqual({ a: '1', c: 3 });
  });

  test('is never quoted in a violation, whatever keyword it breaks', () => {
    const schema = {
      properties: {
        a: { const: 1 },
        b: { type: 'number' },
        c: { minLength: 99 },
        d: { maxLength: 3 },
        e: { format: 'date-time' },
        f: { not: {} },
        g: { anyOf: [{ type: 'null' }, { maxLength: 1 }] },
        h: { contains: { const: 1 } },
        i: { propertyNames: { maxLength: 3 } },
        j: { uniqueItems: true },
        k: { dependentRequired: { x: ['y'] } },
      },
    };
    const input = {
      ...Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [name, SECRET])),
      h: [SECRET],
      i: { x: SECRET },
      j: [SECRET, SECRET],
      k: { x: SECRET },
    };
    const found = violations(schema, input);
    expect(found.length).toBeGreaterThanOrEqual(11);
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  test('with a hundred thousand mistakes gets a short answer quickly', () => {
    const schema = { type: 'array', items: { type: 'string', minLength: 3 } };
    const started = performance.now();
    expect(
      violations(
        schema,
        Array.from({ length: 100_000 }, () => 1),
      ),
    ).toHaveLength(1);
    expect(
      violations(
        schema,
        Array.from({ length: 1_000 }, () => 1),
      ),
    ).toHaveLength(32);
    expect(performance.now() - started).toBeLessThan(HOPELESS_MS);
  });

  test('with endless member names gets pointers of bounded length', () => {
    const schema = { additionalProperties: { additionalProperties: false } };
    const [violation] = violations(schema, { short: { ['x'.repeat(100_000)]: 1 } });
    expect(violation).toEqual({ pointer: '/input/short', detail: 'is not allowed here' });
  });

  test('of many distinct items is checked for repetition in linear time', () => {
    const schema = { uniqueItems: true };
    const items = Array.from({ length: 100_000 }, (_, index) => ({ index }));
    const started = performance.now();
    expect(violations(schema, items)).toEqual([]);
    const repeated = [...items, { index: 7 }];
    expect(violations(schema, repeated)).toEqual([
      { pointer: '/input', detail: 'must not contain the same item twice' },
    ]);
    expect(performance.now() - started).toBeLessThan(HOPELESS_MS);
  });

  test('that is almost a URL does not stop the service', () => {
    const schema = { format: 'url' };
    const started = performance.now();
    expect(violations(schema, `http://${':'.repeat(500_000)}\u0001`)).toHaveLength(1);
    expect(violations(schema, 'https://example.org/a?b=c')).toEqual([]);
    expect(performance.now() - started).toBeLessThan(HOPELESS_MS);
  });

  test('that overflows the check itself is refused, not thrown at', () => {
    const schema = { $defs: { tree: { items: { $ref: '#/$defs/tree' } } }, $ref: '#/$defs/tree' };
    let deep: JsonValue = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(violations(schema, deep)).toEqual([{ pointer: '/input', detail: 'is too complex to be checked' }]);
  });
});

describe('a schema', () => {
  test('may be of 2020-12, which is meant when it does not say, or of draft-07', () => {
    const tuple = { prefixItems: [{ type: 'string' }] };
    expect(violations(tuple, [1])).toHaveLength(1);
    expect(violations({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...tuple }, [1])).toHaveLength(1);
    const old = { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }] };
    expect(violations(old, [1])).toHaveLength(1);
  });

  test.each([
    ['of another dialect', { $schema: 'http://json-schema.org/draft-04/schema#' }, 'names another dialect'],
    ['with a $schema that is no text', { $schema: 7 }, 'names another dialect'],
    ['that refers to another document', { $ref: 'https://example.org/x' }, 'other documents are not followed'],
    ['that refers to nothing', { $ref: '#/$defs/gone' }, 'gone'],
    ['that refers into the data', { properties: { a: { maximum: { $data: '1/b' } } } }, 'must be number'],
    ['that is asynchronous', { $async: true }, '$async'],
    ['with an unknown format', { format: 'emial' }, 'unknown format "emial"'],
    ['with a pattern that is none', { pattern: '(' }, 'Unterminated group'],
    ['with a wrong keyword value', { required: 'a' }, 'required'],
    ['that is not JSON', { const: 1n }, 'must be plain JSON'],
  ])('%s is refused', (_, schema, complaint) => {
    expect(complaintAbout(schema)).toContain(complaint);
  });

  test('with a keyword that checks nothing is accepted with a warning', () => {
    const { warnings, validate } = compileInputSchema({ type: 'object', requried: ['a'] });
    expect(warnings).toEqual(['unknown keyword: "requried"']);
    expect(validate({})).toEqual([]);
  });

  test('can be changed by its author afterwards without effect', () => {
    const source: Record<string, unknown> = { type: 'object' };
    const { schema, validate } = compileInputSchema(source);
    source['type'] = 'string';
    expect(schema).toEqual({ type: 'object' });
    expect(validate({})).toEqual([]);
  });

  test('does not see the schemas of other types', () => {
    compileInputSchema({ $id: 'https://example.org/a', type: 'string' });
    expect(() => compileInputSchema({ $id: 'https://example.org/a', type: 'number' })).not.toThrow();
    expect(complaintAbout({ $ref: 'https://example.org/a' })).toContain('not followed');
  });
});
