import { describe, expect, test } from '@jest/globals';
import { Terminal } from './terminal.js';

const stream = (isTTY: boolean) => ({ isTTY, write: () => true });
const RED = '\u001b[31mx\u001b[39m';

describe('color', () => {
  test.each([
    ['on a terminal', true, {}, RED],
    ['into a file or pipe', false, {}, 'x'],
    ['with NO_COLOR', true, { NO_COLOR: '1' }, 'x'],
    ['with an empty NO_COLOR, which says nothing', true, { NO_COLOR: '' }, RED],
    ['on a terminal without abilities', true, { TERM: 'dumb' }, 'x'],
  ])('%s', (_case, isTTY, environment, shown) => {
    const terminal = new Terminal(stream(isTTY), stream(isTTY), environment);
    expect([terminal.paint('red', 'x'), terminal.tint('red', 'x')]).toEqual([shown, shown]);
  });

  test('is decided for data and words apart', () => {
    const terminal = new Terminal(stream(false), stream(true), {});
    expect([terminal.paint('red', 'x'), terminal.tint('red', 'x')]).toEqual(['x', RED]);
    expect([terminal.drawsData, terminal.drawsWords]).toEqual([false, true]);
  });
});
