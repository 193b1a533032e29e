import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FrameReader, replaceIn, rowsOf, statementOf } from './wire-frames.js';

function frame(type: string, body: string): Buffer {
  const header = Buffer.alloc(type.length + 4);
  header.write(type);
  header.writeInt32BE(4 + Buffer.byteLength(body), type.length);
  return Buffer.concat([header, Buffer.from(body)]);
}

const anyFrame = fc
  .tuple(fc.constantFrom('P', 'B', 'E', 'S', 'Q'), fc.string())
  .map(([type, body]) => frame(type, body));

describe('messages of PostgreSQL', () => {
  test('come whole and in order, wherever TCP cuts them', () => {
    const conversation = fc.tuple(fc.array(anyFrame), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }));
    fc.assert(
      fc.property(conversation, ([frames, sizes]) => {
        const sent = [frame('', 'start-up'), ...frames];
        const bytes = Buffer.concat(sent);
        const reader = new FrameReader(false);
        const came: Buffer[] = [];
        for (let at = 0, n = 0; at < bytes.length; n += 1) {
          const size = sizes[n % sizes.length] ?? 1;
          came.push(...reader.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(came).toEqual(sent);
      }),
    );
  });

  test('say which statement they execute', () => {
    expect(statementOf(frame('P', 'finish\0update …\0'))).toBe('finish');
    expect(statementOf(frame('B', '\0finish\0'))).toBe('finish');
    expect(statementOf(frame('Q', 'COMMIT; select 1\0'))).toBe('commit');
    expect(statementOf(frame('S', ''))).toBeNull();
  });

  test('say how many rows were concerned', () => {
    expect(rowsOf(frame('C', 'INSERT 0 12\0'))).toBe(12);
    expect(rowsOf(frame('C', 'BEGIN\0'))).toBeNull();
    expect(rowsOf(frame('Z', 'I'))).toBeNull();
  });

  test('are still whole when a text of another length takes the place of one', () => {
    expect(replaceIn(frame('P', 'x\0where fence = 1\0'), 'fence = 1', 'true')).toEqual(frame('P', 'x\0where true\0'));
    expect(replaceIn(frame('', 'timeout=10'), '10', '60000')).toEqual(frame('', 'timeout=60000'));
    expect(replaceIn(frame('P', 'x\0'), 'absent', '')).toEqual(frame('P', 'x\0'));
  });
});
