/** @param {number} value @param {number} digits */
function shown(value, digits) {
  // What cannot be had on a machine, such as processor time without /proc.
  if (Number.isNaN(value)) return '–';
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `median (min–max)`, or the one value there is. @param {import('./summary.mjs').Figure} figure @param {number} digits */
function cell({ median, min, max }, digits) {
  const [middle = '', low, high] = [median, min, max].map((value) => shown(value, digits));
  return low === high ? middle : `${middle} (${low}–${high})`;
}

/** A table of the report in Markdown, with its heading and its note. @param {import('./summary.mjs').Table} table */
export function tableText({ title, note, base, columns, rows }) {
  const ratio = base === null ? [] : [`ratio to ${base.replace(/^floor: /, '')}`];
  const heads = ['', ...columns.map((column) => column.title), ...ratio];
  const body = rows.map((row) => [
    row.contender,
    ...columns.map(({ key, digits = 0 }) => cell(row.figures[key] ?? { median: 0, min: 0, max: 0 }, digits)),
    ...(base === null ? [] : [row.ratio ? cell(row.ratio, 2) : '']),
  ]);
  return `### ${title}\n\n${note}\n\n${aligned([heads, ...body], 'figures')}`;
}

/**
 * Padded as Prettier pads them: the first column and words to the left, figures to the right.
 *
 * @param {string[][]} lines first the heads
 * @param {'figures' | 'words'} content of the other columns
 */
export function aligned(lines, content) {
  const [heads = [], ...body] = lines;
  const widths = heads.map((_, at) => Math.max(3, ...lines.map((line) => (line[at] ?? '').length)));
  const right = (/** @type {number} */ at) => content === 'figures' && at > 0;
  const padded = (/** @type {string} */ text, /** @type {number} */ at) =>
    right(at) ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0);
  const rule = widths.map((width, at) => (right(at) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [heads.map(padded), rule, ...body.map((cells) => cells.map(padded))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
