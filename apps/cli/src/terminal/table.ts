import { stripVTControlCharacters } from 'node:util';

const widthOf = (text: string) => stripVTControlCharacters(text).length;

/** Rows in columns that are as wide as what is in them; the last column is not filled up. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map(
        (cell, column) => cell + (column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - widthOf(cell))),
      )
      .join('  ')
      .trimEnd(),
  );
}
