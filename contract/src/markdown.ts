/** Longer or deeper than a person writes it, Markdown is shown as it was typed. A block holds half as much. */
const LENGTH_MOST = 40_000;
const NESTED_MOST = 24;
const MARKS_MOST = 600;

/**
 * Whether it is longer or deeper than a person writes: lists in lists in lists, or a paragraph of nothing but asterisks, for
 * which readers of Markdown take the square of time.
 */
export function isTangled(typed: string): boolean {
  if (typed.length > LENGTH_MOST) return true;
  let marks = 0;
  for (const line of typed.split('\n')) {
    const [lead] = /^(?:[\s>*+-]|\d{1,9}[.)]\s)*/.exec(line)!;
    const isRule = /^\s*([-*])(?:\s*\1)*\s*$/.test(line);
    if (!isRule && (lead.replace(/\s/g, '').length > NESTED_MOST || /^\s{200}/.test(line))) return true;
    // Marks for emphasis, code and links reach no further than their paragraph, list item or row.
    if (line.trim() === '' || /^\s*(?:\||(?:[-+*>]|\d{1,9}[.)])\s)/.test(line)) marks = 0;
    marks += line.match(/[[\]*_~`<]/g)?.length ?? 0;
    if (marks > MARKS_MOST) return true;
  }
  return false;
}
