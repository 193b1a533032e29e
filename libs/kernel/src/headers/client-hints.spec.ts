import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseClientHints } from './client-hints.js';

describe('the hints of a client', () => {
  it('are read from our own field', () => {
    expect(
      parseClientHints({ 'idempotency-attempt': '3;max=5;reason=timeout;first-sent=@1767225600;invocation="x y"' }),
    ).toEqual({
      attempt: 3,
      max: 5,
      reason: 'timeout',
      firstSent: new Date('2026-01-01T00:00:00Z'),
      source: 'idempotency-attempt',
    });
    expect(parseClientHints({ 'idempotency-attempt': '1' })).toEqual({ attempt: 1, source: 'idempotency-attempt' });
  });

  it.each(['timeout', 'connection-reset', 'server-error', 'throttled', 'unknown-outcome', 'user'])(
    'give the reason %s',
    (reason) => {
      expect(parseClientHints({ 'idempotency-attempt': `2;reason=${reason}` })?.reason).toBe(reason);
    },
  );

  it.each<[string, string, object]>([
    ['amz-sdk-request', 'attempt=2; max=3', { attempt: 2, max: 3, source: 'aws' }],
    ['amz-sdk-request', 'ttl=20260101T000000Z; attempt=1;max=4', { attempt: 1, max: 4, source: 'aws' }],
    ['amz-sdk-request', 'attempt=2', { attempt: 2, source: 'aws' }],
    ['x-stainless-retry-count', '0', { attempt: 1, source: 'stainless' }],
    ['x-stainless-retry-count', ' 2 ', { attempt: 3, source: 'stainless' }],
    ['grpc-previous-rpc-attempts', '1', { attempt: 2, source: 'grpc' }],
  ])('are read from %s: %s', (name, field, hints) => {
    expect(parseClientHints({ [name]: field })).toEqual(hints);
    expect(parseClientHints({ [name]: [field] })).toEqual(hints);
  });

  it('come from the first field in the order of the contract that is not malformed', () => {
    const headers: Record<string, string> = {
      'grpc-previous-rpc-attempts': '4',
      'x-stainless-retry-count': '2',
      'amz-sdk-request': 'attempt=2; max=3',
      'idempotency-attempt': '1',
    };
    expect(parseClientHints(headers)?.attempt).toBe(1);
    expect(parseClientHints({ ...headers, 'idempotency-attempt': 'first' })).toMatchObject({
      attempt: 2,
      source: 'aws',
    });
    expect(parseClientHints({ ...headers, 'idempotency-attempt': '', 'amz-sdk-request': '?' })?.attempt).toBe(3);
  });

  it.each([
    ';max=many',
    ';max="5"',
    ';max=0',
    ';max=-5',
    ';max=1000001',
    ';reason="timeout"',
    ';reason=Timeout',
    ';reason=because-i-say-so',
    ';reason',
    ';first-sent=1767225600',
    ';first-sent=@-1',
    ';first-sent=@999999999999999',
    ';first-sent=@253402300800',
  ])('leave out a parameter that says nothing usable: %s', (parameter) => {
    expect(parseClientHints({ 'idempotency-attempt': `2${parameter}` })).toEqual({
      attempt: 2,
      source: 'idempotency-attempt',
    });
  });

  it.each<[string, string | string[]]>([
    ['idempotency-attempt', ''],
    ['idempotency-attempt', '0'],
    ['idempotency-attempt', '-1'],
    ['idempotency-attempt', '1.0'],
    ['idempotency-attempt', '"3"'],
    ['idempotency-attempt', 'three'],
    ['idempotency-attempt', '3;'],
    ['idempotency-attempt', '3;Max=5'],
    ['idempotency-attempt', '3, 4'],
    ['idempotency-attempt', '1000001'],
    ['idempotency-attempt', '9999999999999999'],
    ['idempotency-attempt', `3;x="${'a'.repeat(600)}"`],
    ['idempotency-attempt', ['3', '4']],
    ['amz-sdk-request', ''],
    ['amz-sdk-request', 'max=3'],
    ['amz-sdk-request', 'attempt=0'],
    ['amz-sdk-request', 'attempt=two; max=3'],
    ['amz-sdk-request', 'attempt 2'],
    ['amz-sdk-request', 'attempt=2; ; max=3'],
    ['x-stainless-retry-count', '-1'],
    ['x-stainless-retry-count', '1.5'],
    ['x-stainless-retry-count', '0x1'],
    ['x-stainless-retry-count', '1e3'],
    ['x-stainless-retry-count', '99999999'],
    ['grpc-previous-rpc-attempts', 'one'],
    ['grpc-previous-rpc-attempts', ['1', '2']],
  ])('are ignored when %s is malformed: %.40j', (name, field) => {
    expect(parseClientHints({ [name]: field })).toBeNull();
  });

  it('are null for a request without any', () => {
    expect(parseClientHints({ 'idempotency-key': 'abc', 'idempotency-attempt': undefined })).toBeNull();
  });

  it('stay within their bounds and never throw, whatever is sent', () => {
    const field = fc.oneof(
      fc.string({ unit: fc.constantFrom('1', '0', ';', '=', 'max', 'attempt', 'reason', '"', '@', ' ', 'a') }),
      fc.string({ unit: 'binary' }),
    );
    const headers = fc.record({
      'idempotency-attempt': field,
      'amz-sdk-request': field,
      'x-stainless-retry-count': field,
    });
    fc.assert(
      fc.property(headers, (sent) => {
        const hints = parseClientHints(sent);
        if (!hints) return;
        for (const count of [hints.attempt, hints.max ?? 1]) {
          expect(Number.isSafeInteger(count)).toBe(true);
          expect(count).toBeGreaterThanOrEqual(1);
          expect(count).toBeLessThanOrEqual(1_000_000);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
