import { describe, expect, test } from '@jest/globals';
import { isRefusal, type JsonObject } from '@holdfast/kernel';
import { validateResume } from './resume-operation.body.js';

function pointersOf(body: JsonObject, unstorable: string | null = null): string[] {
  try {
    validateResume(body, unstorable);
  } catch (error) {
    if (isRefusal(error)) return (error.context.errors ?? []).map(({ pointer }) => pointer);
    throw error;
  }
  return [];
}

/** What a resume asks for when it asks for nothing. */
const KEPT = { reason: null, fromStep: null, decision: null };

describe('a resume body', () => {
  test('that is empty keeps the deadline and gives no reason', () => {
    expect(validateResume({})).toEqual({ ...KEPT, deadline: undefined });
  });

  test('with a deadline of null removes the deadline', () => {
    expect(validateResume({ deadline: null })).toEqual({ ...KEPT, deadline: null });
  });

  test('with a deadline replaces the deadline', () => {
    const deadline = '2030-01-01T00:00:00Z';
    expect(validateResume({ deadline, reason: 'card updated' })).toEqual({
      ...KEPT,
      reason: 'card updated',
      deadline: new Date(deadline),
    });
  });

  test('with fromStep names the step to go back to', () => {
    expect(validateResume({ fromStep: 'quote' })).toEqual({ ...KEPT, deadline: undefined, fromStep: 'quote' });
  });

  test.each<[JsonObject, object]>([
    [
      { step: 'charge', outcome: 'not-done' },
      { step: 'charge', outcome: 'not-done', result: null },
    ],
    [
      { step: 'charge', outcome: 'done' },
      { step: 'charge', outcome: 'done', result: null },
    ],
    [
      { step: 'charge', outcome: 'done', result: { b: 1.0, a: [null] } },
      { step: 'charge', outcome: 'done', result: '{"a":[null],"b":1}' },
    ],
  ])('with a decision %j says what became of the step', (body, decision) => {
    expect(validateResume(body)).toEqual({ ...KEPT, deadline: undefined, decision });
  });

  test.each<[string, JsonObject, string]>([
    ['a step without its outcome', { step: 'charge' }, '/step'],
    ['an outcome without its step', { outcome: 'done' }, '/outcome'],
    ['an outcome that is none', { step: 'charge', outcome: 'maybe' }, '/outcome'],
    ['a result of what was not done', { step: 'charge', outcome: 'not-done', result: 1 }, '/result'],
    ['a result without a step', { result: 1 }, '/result'],
    ['a step and fromStep', { fromStep: 'quote', step: 'charge', outcome: 'done' }, '/fromStep'],
    ['a name that no step can have', { fromStep: 'a\n' }, '/fromStep'],
    ['a name of 129 characters', { step: 'x'.repeat(129), outcome: 'done' }, '/step'],
    ['an unknown member', { force: true }, '/force'],
    ['a reason that is no text', { reason: 5 }, '/reason'],
    ['a reason of 1001 characters', { reason: 'x'.repeat(1_001) }, '/reason'],
    ['a deadline that is no timestamp', { deadline: 'tomorrow' }, '/deadline'],
  ])('with %s is refused at its pointer', (_case, body, pointer) => {
    expect(pointersOf(body)).toEqual([pointer]);
  });

  test('with text that cannot be stored is refused', () => {
    expect(pointersOf({ reason: '\0' }, '/reason')).toEqual(['/reason']);
  });
});
