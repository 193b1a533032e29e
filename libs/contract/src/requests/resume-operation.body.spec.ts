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

describe('a resume body', () => {
  test('that is empty keeps the deadline and gives no reason', () => {
    expect(validateResume({})).toEqual({ reason: null, deadline: undefined });
  });

  test('with a deadline of null removes the deadline', () => {
    expect(validateResume({ deadline: null })).toEqual({ reason: null, deadline: null });
  });

  test('with a deadline replaces the deadline', () => {
    const deadline = '2030-01-01T00:00:00Z';
    expect(validateResume({ deadline, reason: 'card updated' })).toEqual({
      reason: 'card updated',
      deadline: new Date(deadline),
    });
  });

  test.each<[string, JsonObject, string]>([
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
