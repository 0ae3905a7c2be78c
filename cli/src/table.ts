import type { Cell } from '@busbar/contract';

/** Columns for a terminal: as wide as their text, cut where the line ends, numbers to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  width = process.stdout.columns ?? 200,
): string {
  const texts = rows.map((row) => row.map((cell) => clean(cell)));
  const widths = head.map((title, column) =>
    Math.max(title.length, ...texts.map((row) => row[column]!.length)),
  );
  const lines = [head, ...texts].map((row, line) =>
    row
      .map((cell, column) =>
        line > 0 && typeof rows[line - 1]![column] === 'number'
          ? cell.padStart(widths[column]!)
          : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line)).join('\n');
}

/** What stands in captures and documents was written by strangers: nothing of it may steer the terminal. */
export function clean(cell: Cell): string {
  return String(cell ?? '').replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '·');
}
