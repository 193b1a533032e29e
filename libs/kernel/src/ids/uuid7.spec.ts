import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { formatUuid, isUuid7, newUuid, parseUuid, shardOfUuid } from './uuid7.js';

const time = fc.nat(2 ** 48 - 1);
const shard = fc.nat(255);

describe('a new UUID', () => {
  it('is a UUIDv7 of its time that carries its shard', () => {
    fc.assert(
      fc.property(time, shard, (nowMs, place) => {
        const uuid = newUuid(nowMs, place);
        expect(isUuid7(uuid)).toBe(true);
        expect(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(nowMs);
        expect(shardOfUuid(uuid)).toBe(place);
      }),
    );
  });

  it('differs from every other one of the same millisecond and shard', () => {
    const uuids = Array.from({ length: 50_000 }, () => newUuid(1_767_225_600_000, 7));
    expect(new Set(uuids).size).toBe(uuids.length);
  });

  it('is random in every bit that is not time, version, variant or shard', () => {
    let ones = 0n;
    let zeros = 0n;
    for (let count = 0; count < 1_000; count += 1) {
      const bits = BigInt(`0x${newUuid(0, 0).replaceAll('-', '')}`);
      ones |= bits;
      zeros |= ~bits;
    }
    const random = 0x0000_0000_0000_0fff_3fff_ffff_ffff_ff00n;
    expect((ones & zeros).toString(16)).toBe(random.toString(16));
  });

  it.each([-1, 256, 1.5, Number.NaN])('is not made for a shard that does not exist: %d', (place) => {
    expect(() => newUuid(0, place)).toThrow(RangeError);
  });

  it('keeps its bytes on the way through text', () => {
    fc.assert(
      fc.property(time, shard, (nowMs, place) => {
        const uuid = newUuid(nowMs, place);
        expect(parseUuid(uuid)).toHaveLength(16);
        expect(formatUuid(parseUuid(uuid))).toBe(uuid);
      }),
    );
  });
});

describe('a text', () => {
  it.each([
    '',
    '01890a5d-ac96-474b-bcce-b302099a8057',
    '01890a5d-ac96-774b-7cce-b302099a8057',
    '01890A5D-AC96-774B-BCCE-B302099A8057',
    '01890a5dac96774bbcceb302099a8057',
    '{01890a5d-ac96-774b-bcce-b302099a8057}',
    '01890a5d-ac96-774b-bcce-b302099a805',
    '01890a5d-ac96-774b-bcce-b302099a8057\n',
    '00000000-0000-0000-0000-000000000000',
  ])('is no UUIDv7 when it is %j', (text) => {
    expect(isUuid7(text)).toBe(false);
  });
});
