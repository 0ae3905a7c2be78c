import type { NoteJson } from './csaf-json.ts';
import type { Path } from './rule.ts';

/** Titles that CSAF 2.1 gives a meaning, by the category that belongs to them (section 3.2.4.11). */
export const summaryTitles = { summary: 'Vulnerability Summary', description: 'CVE Description' } as const;

/** Where it goes wrong that one note has one of the titles and its category. */
export function titledNoteProblem(
  notes: readonly NoteJson[],
  { summary, description }: Readonly<Record<'summary' | 'description', string>>,
): Path | undefined {
  const categoryOf = new Map([
    [summary, 'summary'],
    [description, 'description'],
  ]);
  const titled = [...notes.entries()].filter(([, { title = '' }]) => categoryOf.has(title));
  if (titled.some(([, { title = '', category }]) => categoryOf.get(title) === category)) return undefined;
  const [first] = titled;
  return first ? [first[0], 'category'] : [];
}

/** Where it goes wrong that exactly one note of the document has a title, and that it is of a category. */
export function noteProblem(notes: readonly NoteJson[], title: string, category: string): Path | undefined {
  const titled = [...notes.entries()].filter(([, note]) => note.title === title);
  const [only, second] = titled;
  if (!only) return ['document', 'notes'];
  if (second) return ['document', 'notes', second[0]];
  return only[1].category === category ? undefined : ['document', 'notes', only[0], 'category'];
}
