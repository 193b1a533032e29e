import type { Output } from '../terminal/terminal.js';

const ESCAPE = '\u001b';
const PIECE = new RegExp(`${ESCAPE}\\[(\\d+)A|${ESCAPE}\\[J|${ESCAPE}\\[\\d+m|[^${ESCAPE}]`, 'gu');

/** A terminal that can be looked at: it understands the few movements that we make. */
export class Screen implements Output {
  readonly isTTY = true;
  private readonly rows: string[] = [''];
  private row = 0;

  constructor(readonly columns = 80) {}

  write(text: string): void {
    for (const [piece = '', up] of text.matchAll(PIECE)) {
      if (up !== undefined) this.row -= Number(up);
      else if (piece === `${ESCAPE}[J`) this.rows.splice(this.row, Infinity, '');
      else if (piece === '\n') this.row += 1;
      else if (!piece.startsWith(ESCAPE) && piece !== '\r') this.rows[this.row] = (this.rows[this.row] ?? '') + piece;
    }
  }

  /** What a person sees, without empty lines at the end. */
  get text(): string {
    return this.rows.join('\n').trimEnd();
  }
}
