import { piecesOf } from '../../platform/search.ts';

// What a text is found by, and what a person looks for when he types something: both are made here, so that they meet.

/** What is longer is somebody's base64, and is found by its beginning. */
const longest = 64;

/** Written without spaces between words: found by every two characters that follow one another. */
const run = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;
export const isRun = (piece: string): boolean =>
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(piece);

/**
 * Every word under which a text is found. What is written in one piece is found from each of its parts on, whatever
 * stands between them ("315-2EH14-0AB0" by 3152eh14 and by 2eh14).
 * @param room in bytes of the index; a tsvector holds a mebibyte
 */
export function wordsOf(texts: Iterable<string>, room: number): string[] {
  const words = new Set<string>();
  let left = room;
  for (const text of texts)
    for (const parts of partsOf(text))
      for (const word of isRun(parts[0]!) ? pairsAndLast(parts[0]!) : fromEachPart(parts)) {
        if (words.has(word)) continue;
        // A unit of UTF-16 is three bytes of UTF-8 at the most; the entry and its position take eight.
        left -= 3 * word.length + 8;
        if (left < 0) return [...words];
        words.add(word);
      }
  return [...words];
}

const pairsAndLast = (characters: string) => [...pairsOf(characters), Array.from(characters).at(-1)!];

const fromEachPart = (parts: readonly string[]) => {
  const some = parts.slice(0, 24);
  return some.map((_, start) => some.slice(start).join('').slice(0, longest).toWellFormed());
};

/** The words of names that a mistyped word is compared with: of letters only, or three characters of a run. */
export function termsOf(names: Iterable<string>, most: number): string[] {
  const terms = new Set<string>();
  for (const name of names)
    for (const part of partsOf(name).flat()) {
      if (terms.size >= most) return [...terms].slice(0, most);
      for (const term of isRun(part) ? windowsOf(part) : [part]) if (mayBeMistyped(term)) terms.add(term);
    }
  return [...terms].slice(0, most);
}

/** One thing that has to be there, in one of these ways. */
export interface Unit {
  /** As it was typed, in small letters. */
  readonly typed: string;
  /** A beginning of a word is enough. */
  readonly begins: readonly string[];
  /** Whole words. */
  readonly whole: readonly string[];
  /** A run of characters, by every two that follow one another. */
  readonly pairs: readonly string[];
}

export interface Sought {
  readonly units: readonly Unit[];
  /** The number of a vulnerability, as it should be written, when nothing else is looked for. */
  readonly vulnerability: string | undefined;
  /** The whole of it in one piece, when it may be a number of something. */
  readonly number: string | undefined;
}

const mostUnits = 12;

/** However it was written: "cve 2023 1234", "CVE2023-1234", with a Cyrillic С. */
const sloppyCve =
  /(?<![\p{L}\p{N}])[cс]v[eе][^\p{L}\p{N}]*((?:19|20)\d{2})[^\p{L}\p{N}]*(\d{4,19})(?![\p{L}\p{N}])/giu;
const bareCve = /^[^\p{L}\p{N}]*()((?:19|20)\d{2})[^\p{L}\p{N}]+(\d{4,19})[^\p{L}\p{N}]*$/u;

/** What a person looks for. No units: there is neither a letter nor a digit in it. */
export function soughtIn(search: string): Sought {
  const cves: string[] = [];
  const rest = search.normalize('NFKC').replace(sloppyCve, (_, year: string, number: string) => {
    cves.push(`cve${year}${number}`);
    return ' ';
  });
  // "buffer-overflow" is two words to whoever wrote "buffer overflow"; a number is one, however it is written.
  const pieces = partsOf(rest).flatMap((parts) => {
    if (isRun(parts[0]!)) return (parts[0]!.match(/.{1,12}/gsu) ?? []).map((some) => [some]);
    return /\d/.test(parts.join('')) ? [parts] : parts.map((part) => [part]);
  });
  const words = pieces.map((parts) => (isRun(parts[0]!) ? undefined : parts.join('').slice(0, longest)));
  const units = [
    ...cves.map((word): Unit => ({ typed: word, begins: [], whole: [word], pairs: [] })),
    ...pieces.map((parts, at): Unit => {
      const word = words[at];
      if (word === undefined) return runUnit(parts[0]!);
      const joined = [joinedOf(words[at - 1], word), joinedOf(word, words[at + 1])].filter(
        (both) => both !== undefined,
      );
      const begins = [word, ...joined].filter(mayBegin);
      return { typed: word, begins, whole: begins.includes(word) ? [] : [word], pairs: [] };
    }),
  ].slice(0, mostUnits);
  const whole = units.map(({ typed }) => typed).join('');
  return {
    units,
    vulnerability: vulnerabilityOf(whole, rest),
    number: /\d/.test(whole) && whole.length <= longest ? whole : undefined,
  };
}

function vulnerabilityOf(whole: string, typed: string): string | undefined {
  const [, kind, year, number] =
    /^(cve|vul)(\d{4})(\d{4,19}|(?<=^vul\d{4})[\da-z]{8})$/.exec(whole) ?? bareCve.exec(typed) ?? [];
  return year && `${kind || 'CVE'}-${year}-${number}`.toUpperCase();
}

/** A tsquery: every unit is there. `weights` says in which places: A numbers, B names, D text. */
export function queryOf({ units }: Sought, stems: ReadonlyMap<string, string>, weights = ''): string {
  return units
    .map(({ begins, whole, pairs }) => {
      const ways = [
        ...begins.map((word) => `'${word}':*${weights}`),
        ...whole.map((word) => exactly(word, weights)),
        ...[...begins, ...whole].flatMap((word) => {
          const stem = stems.get(word);
          return stem && stem !== word ? [exactly(stem, weights)] : [];
        }),
        ...waysOf(pairs).map((way) => `(${way.map((pair) => exactly(pair, weights)).join(' & ')})`),
      ];
      return `(${ways.join(' | ')})`;
    })
    .join(' & ');
}

/**
 * A run may be several words that are not neighbours in the text (西门子交换机 for 西门子工业交换机): from four characters
 * on it may be broken once, from eight on twice, into pieces of two characters or more.
 */
function waysOf(pairs: readonly string[]): string[][] {
  if (pairs.length === 0) return [];
  const without = (left: readonly string[], from: number): string[][] =>
    left.slice(from, -1).map((_, at) => left.toSpliced(from + at, 1));
  if (pairs.length < 3) return [[...pairs]];
  if (pairs.length < 7) return without(pairs, 1);
  return pairs.slice(1, -3).flatMap((_, at) => without(pairs.toSpliced(at + 1, 1), at + 2));
}

/** Letters and digits only, so there is nothing to quote. */
export const exactly = (word: string, weights = '') => (weights ? `'${word}':${weights}` : `'${word}'`);

/** The words that may be mistyped, as they stand in what was typed. */
export function doubtful({ units }: Sought): string[] {
  return [
    ...new Set(
      units.flatMap(({ typed }) => (isRun(typed) ? windowsOf(typed) : [typed])).filter(mayBeMistyped),
    ),
  ];
}

/** How many mistakes are taken for mistakes, and not for another word. */
export const mistakesIn = (word: string): number => (word.length > 5 ? 2 : 1);

/**
 * Letters left out, put in, exchanged or swapped with their neighbour (optimal string alignment); more than `most`
 * is told as `most + 1`.
 */
export function mistakesBetween(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return Math.min(last[other.length]!, most + 1);
}

function runUnit(characters: string): Unit {
  const pairs = pairsOf(characters);
  return {
    typed: characters,
    begins: pairs.length === 0 ? [characters] : [],
    whole: [],
    pairs,
  };
}

/** "6ES7 315" is also 6es7315: numbers are written with spaces and without. */
const joinedOf = (left: string | undefined, right: string | undefined) =>
  left && right && /\d/.test(left + right) ? (left + right).slice(0, longest) : undefined;

/** So much begins with fewer letters, or with a year, that it would be no search. */
const mayBegin = (word: string) => word.length >= (/^\d+$/.test(word) ? 5 : 3);

const mayBeMistyped = (word: string) =>
  isRun(word) ? word.length === 3 : /^[\p{L}\p{M}]{4,32}$/u.test(word);

const pairsOf = (characters: string): string[] => windowsOf(characters, 2);

function windowsOf(characters: string, size = 3): string[] {
  const all = Array.from(characters);
  return all.slice(size - 1).map((_, at) => all.slice(at, at + size).join(''));
}

/** Pieces and their parts; a run of characters is a piece by itself. Cyrillic Ё is read as Е, as people write it. */
function partsOf(text: string): string[][] {
  return piecesOf(text.normalize('NFKC').replace(run, ' $& ')).map((parts) =>
    parts.map((part) => part.replaceAll('ё', 'е')),
  );
}
