import type { NoteJson } from './csaf-json.ts';
import type { Path } from './rule.ts';

/** Where it goes wrong that exactly one note of the document has a title, and that it is of a category. */
export function noteProblem(notes: readonly NoteJson[], title: string, category: string): Path | undefined {
  const titled = [...notes.entries()].filter(([, note]) => note.title === title);
  const [only, second] = titled;
  if (!only) return ['document', 'notes'];
  if (second) return ['document', 'notes', second[0]];
  return only[1].category === category ? undefined : ['document', 'notes', only[0], 'category'];
}
