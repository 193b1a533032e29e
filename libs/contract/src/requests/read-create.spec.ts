import { describe, expect, test } from '@jest/globals';
import { isRefusal, type JsonObject, type Violation } from '@holdfast/kernel';
import { validateSync } from 'class-validator';
import * as fc from 'fast-check';
import { CreateOperationBody, DELAY_MS_MAX } from './create-operation.body.js';
import { validateCreate } from './read-create.js';

function violationsOf(body: JsonObject, unstorable: string | null = null): readonly Violation[] {
  try {
    validateCreate(body, unstorable);
  } catch (error) {
    if (isRefusal(error) && error.slug === 'validation-failed') return error.context.errors ?? [];
    throw error;
  }
  return [];
}

const pointersOf = (body: JsonObject) => violationsOf(body).map(({ pointer }) => pointer);

describe('a create body', () => {
  test('with a type alone gets every default', () => {
    expect(validateCreate({ type: 'invoice.charge' })).toEqual({
      type: 'invoice.charge',
      input: null,
      runAt: null,
      delayMs: 0,
      deadline: null,
      priority: 0,
      labels: {},
    });
  });

  test('with every member null but the type is the same as one without them', () => {
    const nulls = { input: null, runAt: null, delayMs: null, deadline: null, priority: null, labels: null };
    expect(validateCreate({ type: 'a', ...nulls })).toEqual(validateCreate({ type: 'a' }));
  });

  test('keeps what it says', () => {
    const body = {
      type: 'a.b-c_d',
      input: [1, { x: null }],
      runAt: '2030-01-01T00:00:00+01:00',
      deadline: '2031-01-01T00:00:00Z',
      priority: -100,
      labels: { env: 'prod', '': 'no' },
    };
    const { '': _, ...labels } = body.labels;
    expect(validateCreate({ ...body, labels })).toEqual({
      type: 'a.b-c_d',
      input: [1, { x: null }],
      runAt: new Date('2029-12-31T23:00:00Z'),
      delayMs: 0,
      deadline: new Date('2031-01-01T00:00:00Z'),
      priority: -100,
      labels: { env: 'prod' },
    });
  });

  test.each<[string, JsonObject, string[]]>([
    ['no type', {}, ['/type']],
    ['a type of null', { type: null }, ['/type']],
    ['a type that is a number', { type: 7 }, ['/type']],
    ['a type with a space', { type: 'a b' }, ['/type']],
    ['a type of 129 characters', { type: 'a'.repeat(129) }, ['/type']],
    ['an unknown member', { type: 'a', notBefore: null }, ['/notBefore']],
    ['a member called constructor', { type: 'a', constructor: {} }, ['/constructor']],
    ['members with characters a pointer escapes', { type: 'a', 'a/b~c': 1 }, ['/a~1b~0c']],
    ['a delay of half a millisecond', { type: 'a', delayMs: 0.5 }, ['/delayMs']],
    ['a negative delay', { type: 'a', delayMs: -1 }, ['/delayMs']],
    ['a delay beyond a hundred years', { type: 'a', delayMs: DELAY_MS_MAX + 1 }, ['/delayMs']],
    ['a delay as text', { type: 'a', delayMs: '5' }, ['/delayMs']],
    ['runAt and delayMs together', { type: 'a', runAt: '2030-01-01T00:00:00Z', delayMs: 0 }, ['/delayMs']],
    ['runAt as a number', { type: 'a', runAt: 1 }, ['/runAt']],
    ['runAt without offset', { type: 'a', runAt: '2030-01-01T00:00:00' }, ['/runAt']],
    ['a deadline in the year 10000', { type: 'a', deadline: '10000-01-01T00:00:00Z' }, ['/deadline']],
    ['a priority of 101', { type: 'a', priority: 101 }, ['/priority']],
    ['a priority of -101', { type: 'a', priority: -101 }, ['/priority']],
    ['labels as a list', { type: 'a', labels: ['x'] }, ['/labels']],
    [
      '21 labels',
      { type: 'a', labels: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`l${i}`, ''])) },
      ['/labels'],
    ],
    ['a label that is a number', { type: 'a', labels: { env: 'x', n: 1 } }, ['/labels/n']],
    ['a label of null', { type: 'a', labels: { n: null } }, ['/labels/n']],
    ['a label without a name', { type: 'a', labels: { '': 'x' } }, ['/labels']],
    ['a label of 257 characters', { type: 'a', labels: { 'a/b': 'x'.repeat(257) } }, ['/labels/a~1b']],
    ['several mistakes', { typ: 'a', priority: 1.5 }, ['/typ', '/type', '/priority']],
  ])('with %s is refused at its pointer', (_case, body, pointers) => {
    expect(pointersOf(body).sort()).toEqual(pointers.sort());
  });

  test('with a member called __proto__ is refused and changes no prototype', () => {
    const body = JSON.parse('{"type":"a","__proto__":{"polluted":true}}') as JsonObject;
    expect(pointersOf(body)).toEqual(['/__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('with text that cannot be stored is refused where the strict reader found it', () => {
    expect(violationsOf({ type: 'a', input: { note: '\0' } }, '/input/note')).toEqual([
      { pointer: '/input/note', detail: expect.stringContaining('cannot be stored') },
    ]);
  });

  test('never gets its own values back in the refusal', () => {
    const secret = 'hunter2-hunter2';
    const body = {
      type: secret + ' ',
      runAt: secret,
      deadline: secret,
      delayMs: secret,
      priority: secret,
      labels: { a: [secret] },
    };
    expect(JSON.stringify(violationsOf(body))).not.toContain(secret);
  });

  test('with thousands of unknown members lists only the first ones', () => {
    const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`m${i}`, 1]));
    expect(violationsOf(body)).toHaveLength(20);
  });

  test('with a member name of a megabyte does not send it back', () => {
    expect(JSON.stringify(violationsOf({ type: 'a', ['x'.repeat(1_000_000)]: 1 })).length).toBeLessThan(1_000);
  });

  test('minus zero is zero', () => {
    const { delayMs, priority } = validateCreate({ type: 'a', delayMs: -0, priority: -0 });
    expect([Object.is(delayMs, 0), Object.is(priority, 0)]).toEqual([true, true]);
  });
});

test('the fast judgement of a create body is the judgement of its decorators', () => {
  const anything = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.boolean(),
    fc.dictionary(fc.string(), fc.string()),
  );
  const mostly = (likely: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 9, arbitrary: likely }, { weight: 1, arbitrary: anything });
  const instant = mostly(fc.constantFrom('2030-01-01T00:00:00Z', '2030-01-01T00:00:00+01:00', '2030-02-30T00:00:00Z'));
  const bodies = fc.record(
    {
      type: mostly(fc.constantFrom('a', 'a.b', 'a.')),
      input: anything,
      runAt: instant,
      delayMs: mostly(fc.constantFrom(0, 1, DELAY_MS_MAX, DELAY_MS_MAX + 1, -1, 0.5)),
      deadline: instant,
      priority: mostly(fc.integer({ min: -105, max: 105 })),
      labels: mostly(fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.string())),
    },
    { requiredKeys: ['type'] },
  );
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(bodies, (body) => {
      const byDecorators = validateSync(Object.assign(new CreateOperationBody(), body)).length === 0;
      const byReader = violationsOf(body as unknown as JsonObject).length === 0;
      expect(byReader).toBe(byDecorators);
      seen[byReader ? 'accepted' : 'refused'] += 1;
    }),
    { numRuns: 2_000 },
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(20);
});
