/** A value of a table, as JSON has it. */
export type Cell = string | number | boolean | null | undefined;

/**
 * Rows as RFC 4180 has them. A spreadsheet runs what begins with `=`, `+`, `-`, `@`, a tab or a return as a formula, and
 * what stands in a capture was written by strangers: such text gets an apostrophe in front, numbers stay numbers. So does
 * what looks as if it had got one, so that whoever takes it off again has what was there.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const harmless = /^'?[=+\-@\t\r]|^''/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
