/** Patterns for `like`, one a word; all of them must be found. */
export function wordsOf(search: string | undefined): string[] {
  return splitWords(search).map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
}

function splitWords(search: string | undefined): string[] {
  return (search ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
}

/** The same for what the database cannot read: are all words in this text? */
export function hasWords(search: string | undefined): (text: string) => boolean {
  const words = splitWords(search);
  return (text) => {
    const small = text.toLowerCase();
    return words.every((word) => small.includes(word));
  };
}

/**
 * What the index of words must hold for a row that matches `search`: the three characters that stand together anywhere
 * in its words, or the two of a word that has no more. Nothing when every word is a single character. `grams` in the
 * database cuts rows up in the same way.
 */
export function gramsOf(search: string | undefined): string[] {
  const words = splitWords(search).map((word) => Array.from(word));
  const grams = words.flatMap((characters) => {
    const length = Math.min(characters.length, 3);
    return length < 2
      ? []
      : characters.slice(length - 1).map((_, at) => characters.slice(at, at + length).join(''));
  });
  return [...new Set(grams)].slice(0, MOST_GRAMS);
}

/**
 * The ids of the rows that may match when they are few, asked for by their grams; nothing when they are many or when
 * there is nothing to ask for: then a page is soon found along the order of the list.
 */
export async function fewWith(
  search: string | undefined,
  rowsWith: (grams: string[], most: number) => Promise<string[]>,
): Promise<string[] | undefined> {
  const grams = gramsOf(search);
  if (grams.length === 0) return undefined;
  const ids = await rowsWith(grams, FEW + 1);
  return ids.length > FEW ? undefined : ids;
}

const MOST_GRAMS = 40;
const FEW = 2000;

/** What stands between spaces, in small letters and by its parts of letters and digits. */
export function piecesOf(text: string): string[][] {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .split(/\s+/)
    .map((piece) => piece.split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean))
    .filter((parts) => parts.length > 0);
}

/** Where a page of a list ended: what it is sorted by, and the id that settles ties. */
export function writeCursor(place: string, id: string): string {
  return Buffer.from(JSON.stringify([place, id])).toString('base64url');
}

/** Cursors come back from outside; one that is not ours begins at the beginning. */
export function readCursor(cursor: string | undefined): [place: string, id: string] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString());
    if (Array.isArray(parts) && typeof parts[0] === 'string' && /^[0-9a-f-]{36}$/.test(String(parts[1])))
      return [parts[0], String(parts[1])];
  } catch {
    // Not JSON.
  }
  return undefined;
}

/** As much of the beginning as fits into so many bytes of UTF-8, whole characters only. */
export function cut(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
