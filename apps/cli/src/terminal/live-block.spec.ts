import { describe, expect, test } from '@jest/globals';
import { Screen } from '../testing/screen.js';
import { LiveBlock } from './live-block.js';

describe('a live block', () => {
  test('takes the place of what it showed before, however many lines it has', () => {
    const screen = new Screen();
    screen.write('before\n');
    const block = new LiveBlock(screen);
    for (const lines of [['one'], ['one', 'two', 'three'], ['two'], ['four', 'five']]) {
      block.draw(lines);
      expect(screen.text).toBe(['before', ...lines].join('\n'));
    }
    block.clear();
    expect(screen.text).toBe('before');
  });

  test('cuts what would wrap: a wrapped line would put the next drawing out of place', () => {
    const screen = new Screen(10);
    const block = new LiveBlock(screen);
    block.draw(['\u001b[31mlonger than ten\u001b[39m', 'short']);
    expect(screen.text).toBe('longer t…\nshort');
  });

  test('writes nothing when nothing has changed, and cuts nothing where the width is not known', () => {
    const screen = new Screen(0);
    const block = new LiveBlock(screen);
    const line = 'x'.repeat(300);
    block.draw([line]);
    const before = screen.text;
    block.draw([line]);
    expect(screen.text).toBe(before);
    expect(before).toBe(line);
  });
});
