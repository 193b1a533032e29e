import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DEFAULT_ID_PREFIX, formatTypeId, isIdPrefix, parseTypeId } from './typeid.js';
import { newUuid } from './uuid7.js';

const prefix = fc.stringMatching(/^[a-z]([a-z_]{0,61}[a-z])?$/);
const uuid = fc.tuple(fc.nat(2 ** 48 - 1), fc.nat(255)).map(([nowMs, shard]) => newUuid(nowMs, shard));

describe('a TypeID', () => {
  it.each([
    ['01890a5d-ac96-774b-bcce-b302099a8057', 'prefix_01h455vb4pex5vsknk084sn02q'],
    ['01890a5d-ac96-774b-bcce-b302099a8057', 'pre_fix_01h455vb4pex5vsknk084sn02q'],
  ])('is written as the examples of the specification are: %s', (id, text) => {
    const cut = text.lastIndexOf('_');
    expect(formatTypeId(text.slice(0, cut), id)).toBe(text);
    expect(parseTypeId(text)).toEqual({ prefix: text.slice(0, cut), uuid: id });
  });

  it('leads back to the prefix and the UUID it was made of', () => {
    fc.assert(
      fc.property(prefix, uuid, (name, id) => {
        expect(parseTypeId(formatTypeId(name, id))).toEqual({ prefix: name, uuid: id });
      }),
    );
  });

  it('sorts as the time in it does', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.integer({ min: 1, max: 1_000_000 }), (nowMs, later) => {
        const [one, two] = [newUuid(nowMs, 255), newUuid(nowMs + later, 0)].map((id) => formatTypeId('opn', id));
        expect((one as string) < (two as string)).toBe(true);
      }),
    );
  });

  it.each([
    '',
    '_',
    'opn',
    'opn_',
    '01h455vb4pex5vsknk084sn02q',
    '_01h455vb4pex5vsknk084sn02q',
    'opn-01h455vb4pex5vsknk084sn02q',
    'opn_01h455vb4pex5vsknk084sn02',
    'opn_01h455vb4pex5vsknk084sn02qq',
    'opn_01H455VB4PEX5VSKNK084SN02Q',
    'OPN_01h455vb4pex5vsknk084sn02q',
    'opn__01h455vb4pex5vsknk084sn02q',
    'o1n_01h455vb4pex5vsknk084sn02q',
    'opn_81h455vb4pex5vsknk084sn02q',
    'opn_zzzzzzzzzzzzzzzzzzzzzzzzzz',
    'opn_i1h455vb4pex5vsknk084sn02q',
    'opn_0lh455vb4pex5vsknk084sn02q',
    'opn_0oh455vb4pex5vsknk084sn02q',
    'opn_0uh455vb4pex5vsknk084sn02q',
    'opn_00000000000000000000000000',
    'opn_7zzzzzzzzzzzzzzzzzzzzzzzzz',
    'opn_01h455vb4pex5vsknk084sn02\u0000',
    'opn_01h455vb4pex5vsknk084sn02q\n',
    'opn_0\u{1F600}455vb4pex5vsknk084sn0q',
    "opn_01h455vb4pex5vsknk084sn0'--",
    `${'a'.repeat(64)}_01h455vb4pex5vsknk084sn02q`,
    '01890a5d-ac96-774b-bcce-b302099a8057',
  ])('is not %j', (text) => {
    expect(parseTypeId(text)).toBeNull();
  });

  it('has exactly one spelling', () => {
    const character = fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyzABC_-'.split(''));
    fc.assert(
      fc.property(uuid, fc.nat(30), character, (id, at, replacement) => {
        const text = formatTypeId('opn', id);
        const changed = text.slice(0, at) + replacement + text.slice(at + 1);
        const parsed = parseTypeId(changed);
        if (parsed) expect(formatTypeId(parsed.prefix, parsed.uuid)).toBe(changed);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the prefix of a TypeID', () => {
  it.each([DEFAULT_ID_PREFIX, 'a', 'chg', 'pre_fix', 'a__b', 'a'.repeat(63)])('may be %s', (text) => {
    expect(isIdPrefix(text)).toBe(true);
  });

  it.each(['', '_', '_a', 'a_', 'A', 'a1', 'a-b', 'é', 'a\n', 'a'.repeat(64)])('may not be %j', (text) => {
    expect(isIdPrefix(text)).toBe(false);
  });
});
