import { stripVTControlCharacters } from 'node:util';
import type { Output } from './terminal.js';

const UP = (lines: number) => `\x1b[${lines}A`;
const CLEAR_BELOW = '\r\x1b[J';

/** Lines at the end of a terminal that are drawn over and over. */
export class LiveBlock {
  private height = 0;
  private last = '';

  constructor(private readonly output: Output) {}

  draw(lines: readonly string[]): void {
    // Some pseudo-terminals say 0 when they do not know.
    const width = this.output.columns || Infinity;
    // A line that wraps would put the count of lines, and so the next drawing, out of place.
    const text = lines.map((line) => fitted(line, width - 1)).join('\n');
    if (text === this.last) return;
    this.output.write(`${this.rewind()}${text}\n`);
    this.height = lines.length;
    this.last = text;
  }

  /** Takes the block away. */
  clear(): void {
    if (this.height > 0) this.output.write(this.rewind());
    this.height = 0;
    this.last = '';
  }

  private rewind(): string {
    return this.height > 0 ? `${UP(this.height)}${CLEAR_BELOW}` : '';
  }
}

function fitted(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= width ? line : `${plain.slice(0, Math.max(0, width - 1))}…`;
}
