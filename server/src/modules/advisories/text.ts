import { piecesOf } from '../../platform/search.ts';

/** What is longer is somebody's base64, and is found by its beginning. */
const longest = 64;

/**
 * The words under which a text is found. What is written in one piece is found from each of its parts on, whatever
 * stands between them ("315-2EH14-0AB0" by 3152eh14 and by 2eh14); Chinese and Japanese character by character.
 */
export function wordsOf(texts: Iterable<string>, most = 8000): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    for (const parts of piecesOf(apart(text))) {
      const some = parts.slice(0, 24);
      for (const start of some.keys()) words.add(some.slice(start).join('').slice(0, longest));
      if (words.size >= most) return [...words].slice(0, most);
    }
  }
  return [...words];
}

/**
 * A tsquery for what a person typed: every piece is there, or begins a word that is; "6ES7 315" also as 6ES7315.
 * Undefined when there is nothing to look for.
 */
export function queryOf(search: string): string | undefined {
  const pieces = piecesOf(apart(search))
    .map((parts) => parts.join('').slice(0, longest))
    .slice(0, 12);
  const joined = (left: string | undefined, right: string | undefined) =>
    left && right && /\d/.test(left + right) ? [left + right] : [];
  const wanted = pieces.map((piece, at) =>
    [piece, ...joined(pieces[at - 1], piece), ...joined(piece, pieces[at + 1])]
      // Letters and digits only, so there is nothing to escape.
      .map((word) => `'${word}':*`)
      .join(' | '),
  );
  return wanted.length === 0 ? undefined : wanted.map((words) => `(${words})`).join(' & ');
}

const alone = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

const apart = (text: string) => text.normalize('NFKC').replace(alone, ' $& ');
