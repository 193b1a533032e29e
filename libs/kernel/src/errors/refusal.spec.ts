import { describe, expect, it } from '@jest/globals';
import { ERROR_CATALOGUE } from './catalogue.js';
import { isRefusal, Refusal } from './refusal.js';

describe('a refusal', () => {
  it('says the sentence for its case, or else the title of its slug', () => {
    expect(new Refusal('body-invalid', 'at byte 3').message).toBe('at byte 3');
    expect(new Refusal('body-invalid').message).toBe(ERROR_CATALOGUE['body-invalid'].title);
  });

  it('carries what the client should know and what the operator should', () => {
    const cause = new Error('connection reset');
    const refusal = new Refusal('database-unavailable', undefined, { retryAfterSeconds: 2 }, { cause });
    expect(refusal.context).toEqual({ retryAfterSeconds: 2 });
    expect(refusal.cause).toBe(cause);
    expect(new Refusal('draining').context).toEqual({});
  });

  it('is recognized across two copies of the package, and nothing else is taken for one', () => {
    class Refusal2 extends Error {
      override readonly name = 'Refusal';
      readonly slug = 'draining';
    }
    expect(isRefusal(new Refusal('draining'))).toBe(true);
    expect(isRefusal(new Refusal2())).toBe(true);
    for (const other of [new Error('draining'), { name: 'Refusal', slug: 'draining' }, 'Refusal', null, undefined]) {
      expect(isRefusal(other)).toBe(false);
    }
  });
});
