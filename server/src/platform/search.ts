/** Patterns for `like`, one a word; all of them must be found. */
export function wordsOf(search: string | undefined): string[] {
  const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
  return words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
}

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
