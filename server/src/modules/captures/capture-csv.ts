/** A table as people open it in a spreadsheet: RFC 4180, UTF-8, and no cell that a spreadsheet takes for a formula. */
export function csv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

type Cell = string | number | boolean | null;

function cell(value: Cell): string {
  if (typeof value === 'number') return String(value);
  const text = value === null ? '' : String(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
