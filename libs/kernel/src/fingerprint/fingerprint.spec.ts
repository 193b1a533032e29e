import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalJson } from '../json/canonical-json.js';
import type { JsonObject } from '../json/json-value.js';
import {
  canonicalRequest,
  FINGERPRINT_VERSION,
  fingerprintOf,
  fingerprintText,
  inputOf,
  isKnownFingerprintVersion,
  projectAt,
  type FingerprintedRequest,
} from './fingerprint.js';

function textOf(body: string): string {
  return fingerprintText(JSON.parse(body) as FingerprintedRequest);
}

const plain = textOf('{"type":"invoice.charge","input":{"amount":1250}}');

const request = fc.record(
  {
    type: fc.oneof(fc.string(), fc.jsonValue()),
    input: fc.jsonValue(),
    runAt: fc.oneof(fc.constant('2026-01-01T00:00:00Z'), fc.jsonValue()),
    delayMs: fc.oneof(fc.nat(), fc.jsonValue()),
    deadline: fc.jsonValue(),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<FingerprintedRequest>;

describe('the fingerprint', () => {
  it('of version 1 is what rows are stored with and never changes', () => {
    const text = textOf(
      '{"labels":{"a":"b"},"type":"invoice.charge","delayMs":5,"input":{"b":[1.0,"é"],"a":null},"deadline":"2026-01-01T00:00:00Z"}',
    );
    expect(text).toBe(
      '{"deadline":"2026-01-01T00:00:00Z","delayMs":5,"input":{"a":null,"b":[1,"é"]},"type":"invoice.charge"}',
    );
    expect(fingerprintOf(text).toString('hex')).toBe(
      '964b95990a98218c59d709f268d7617bfa6d714c865b673765f6e0f9e352c35d',
    );
    expect(FINGERPRINT_VERSION).toBe(1);
  });

  it('is SHA-256 over the UTF-8 of the text', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const text = fingerprintText(asked);
        expect(fingerprintOf(text)).toEqual(createHash('sha256').update(Buffer.from(text)).digest());
      }),
    );
  });

  it.each([
    ['member order', '{"input":{"amount":1250},"type":"invoice.charge"}'],
    ['white space', '{ "type" : "invoice.charge",\n "input" : { "amount" : 1250 } }'],
    ['escapes', String.raw`{"\u0074ype":"invoice\u002echarge","input":{"amount":1250}}`],
    ['the spelling of numbers', '{"type":"invoice.charge","input":{"amount":1250.0}}'],
    ['exponents', '{"type":"invoice.charge","input":{"amount":1.25e3}}'],
    [
      'members that are null',
      '{"type":"invoice.charge","input":{"amount":1250},"runAt":null,"delayMs":null,"deadline":null}',
    ],
    ['the default delay', '{"type":"invoice.charge","input":{"amount":1250},"delayMs":0}'],
    ['a default delay of -0', '{"type":"invoice.charge","input":{"amount":1250},"delayMs":-0.0}'],
    ['labels and priority', '{"type":"invoice.charge","input":{"amount":1250},"labels":{"x":"y"},"priority":7}'],
    ['members nobody knows', '{"type":"invoice.charge","input":{"amount":1250},"key":"k","notify":true}'],
  ])('does not depend on %s', (_, body) => {
    expect(textOf(body)).toBe(plain);
  });

  it.each([
    ['the type', '{"type":"invoice.refund","input":{"amount":1250}}'],
    ['the type missing', '{"input":{"amount":1250}}'],
    ['the input', '{"type":"invoice.charge","input":{"amount":1251}}'],
    ['a member of the input that is null', '{"type":"invoice.charge","input":{"amount":1250,"note":null}}'],
    ['a number sent as a string', '{"type":"invoice.charge","input":{"amount":"1250"}}'],
    ['no input', '{"type":"invoice.charge"}'],
    ['a start time', '{"type":"invoice.charge","input":{"amount":1250},"runAt":"2026-01-01T00:00:00Z"}'],
    ['a delay', '{"type":"invoice.charge","input":{"amount":1250},"delayMs":1}'],
    ['a delay of the wrong type', '{"type":"invoice.charge","input":{"amount":1250},"delayMs":"0"}'],
    ['a deadline', '{"type":"invoice.charge","input":{"amount":1250},"deadline":"2026-01-01T00:00:00Z"}'],
  ])('depends on %s', (_, body) => {
    expect(textOf(body)).not.toBe(plain);
  });

  it('takes a time as the client wrote it, because the service must not decide what was meant', () => {
    expect(textOf('{"type":"a","runAt":"2026-01-01T00:00:00Z"}')).not.toBe(
      textOf('{"type":"a","runAt":"2026-01-01T00:00:00.000Z"}'),
    );
  });

  it('treats an input of null as no input', () => {
    expect(textOf('{"type":"a","input":null}')).toBe(textOf('{"type":"a"}'));
  });

  it('is made for members of any type and for bodies with hostile member names', () => {
    expect(textOf('{"type":{"a":1},"input":{"__proto__":{"type":"x"}},"runAt":[],"__proto__":{"deadline":1}}')).toBe(
      '{"input":{"__proto__":{"type":"x"}},"runAt":[],"type":{"a":1}}',
    );
  });

  it('is made of the canonical JSON of the projection, with the input made canonical once', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const { text, inputText } = canonicalRequest(asked);
        expect(text).toBe(canonicalJson(projectAt(FINGERPRINT_VERSION, asked)));
        expect(inputText).toBe(canonicalJson(asked.input ?? null));
        expect(canonicalJson(inputOf(text))).toBe(inputText);
      }),
    );
  });

  it('of a stored text that is projected again is the same', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const text = fingerprintText(asked);
        expect(fingerprintText(JSON.parse(text) as JsonObject)).toBe(text);
      }),
    );
  });
});

describe('the version of a fingerprint', () => {
  it.each([0, 2, -1, 1.5, Number.NaN])('is unknown when it is %d, and nothing is compared by it', (version) => {
    expect(isKnownFingerprintVersion(version)).toBe(false);
    expect(() => projectAt(version, { type: 'a' })).toThrow(/fingerprint version/);
    expect(() => fingerprintText({ type: 'a' }, version)).toThrow(/fingerprint version/);
  });

  it('that new rows get is known', () => {
    expect(isKnownFingerprintVersion(FINGERPRINT_VERSION)).toBe(true);
  });
});
