import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Holdfast } from './holdfast.js';
import { keyHeader } from './keys/key-header.js';
import { identityKey } from './keys/make-key.js';
import { MemoryKeyStore } from './keys/memory-key-store.js';
import { FakeService, json, operation } from './testing/fake-service.js';

const created = json(202, operation('opn_1'), { 'idempotent-replayed': 'false' });

describe('the key of an identity', () => {
  test('can be read, and holds the type', () => {
    expect(identityKey('invoice.charge', ['order', 1001])).toBe('invoice.charge:order:1001');
  });

  test('is another one for every other identity', () => {
    const part = fc.oneof(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' }), fc.nat());
    const identity = fc.array(part, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        const same = JSON.stringify(a.map(String)) === JSON.stringify(b.map(String));
        return (identityKey('t', a) === identityKey('t', b)) === same;
      }),
    );
  });

  test('needs no quotes, whatever is in it', () => {
    expect(identityKey('a.b', ['Müller & Söhne', "it's (new)*!"])).toMatch(/^[A-Za-z0-9_.:~%-]+$/);
  });

  test.each([[[]], [['']], [['x'.repeat(300)]]])('is refused for %j', (identity) => {
    expect(() => identityKey('a.b', identity)).toThrow(RangeError);
  });
});

describe('the header of a key', () => {
  test.each([
    ['order-1', 'order-1'],
    ['two words', '"two words"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['100%', '"100%"'],
  ])('%s is written as %s', (key, field) => {
    expect(keyHeader(key)).toBe(field);
  });

  test.each(['', 'ü', 'a\nb', 'x'.repeat(256)])('%j is no key', (key) => {
    expect(() => keyHeader(key)).toThrow(RangeError);
  });
});

describe('create', () => {
  test('makes a new key for every call', async () => {
    const service = new FakeService([created]);
    const holdfast = new Holdfast(service.options());
    const keys = [(await holdfast.create('a.b', 1)).key, (await holdfast.create('a.b', 1)).key];
    expect(new Set(keys).size).toBe(2);
    expect(service.said('idempotency-key')).toEqual(keys);
  });

  test('takes a key or an identity, not both', async () => {
    const holdfast = new Holdfast(new FakeService([created]).options());
    await expect(holdfast.create('a.b', 1, { key: 'k', identity: ['i'] })).rejects.toThrow(TypeError);
  });
});

describe('once', () => {
  test('keeps the key of an intent until its work has dealt with the answer', async () => {
    const keyStore = new MemoryKeyStore();
    const service = new FakeService([created]);
    const holdfast = new Holdfast(service.options({ keyStore }));
    const charge = (fail: boolean) =>
      holdfast.once('charge order 1', async (intent) => {
        await holdfast.create('a.b', 1, intent);
        if (fail) throw new Error('the database of the caller is away');
      });
    await expect(charge(true)).rejects.toThrow('away');
    await charge(false);
    await charge(false);
    const [first, second, third] = service.said('idempotency-key');
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(await keyStore.list()).toEqual([]);
  });

  test('says of a recovered request that nobody knows what became of the one before', async () => {
    const keyStore = new MemoryKeyStore();
    await keyStore.claim({ intent: 'x', key: 'kept', madeAtMs: 1_700_000_000_000 });
    const service = new FakeService([created]);
    const holdfast = new Holdfast(service.options({ keyStore }));
    await holdfast.once('x', (intent) => holdfast.create('a.b', 1, intent));
    expect(service.said('idempotency-key')).toEqual(['kept']);
    expect(service.said('idempotency-attempt')).toEqual(['2;max=12;reason=unknown-outcome;first-sent=@1700000000']);
  });
});
