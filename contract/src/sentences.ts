/** A sentence of a text in Markdown: where it stands, and the facts that it names. */
export interface Sentence {
  /** UTF-16 code units from the beginning of the text; `end` is the first that no longer belongs to it. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Numbers of facts, each once, in the order they are named. */
  readonly facts: readonly number[];
}

/** Sentences that name no fact: whoever reads them would have to believe the writer. */
export const unsupportedIn = (markdown: string): Sentence[] =>
  sentencesOf(markdown).filter(({ facts }) => facts.length === 0);

/** The facts that a text names anywhere, each once. */
export const factsNamedIn = (markdown: string): number[] => numbersIn(withoutCode(markdown));

/** `[F12]`, `[F3, F7]`, `[F3–F5]`; full-width brackets and the Cyrillic letter are what other keyboards type. */
export const factReference =
  /[[［【]\s?[FФ]\s?\d{1,4}(?:\s?[-–—,;，、；]\s?[FФ]?\s?\d{1,4}){0,40}\s?[\]］】]/gu;

/** The numbers in one reference; a range counts with everything between its ends. */
export function numbersOf(reference: string): number[] {
  const numbers: number[] = [];
  for (const [, first, last] of reference.matchAll(/(\d{1,4})(?:\s?[-–—]\s?[FФ]?\s?(\d{1,4}))?/gu)) {
    const from = Number(first);
    const to = Math.min(Number(last ?? first), from + MOST_IN_RANGE);
    for (let number = from; number <= to; number++) numbers.push(number);
  }
  return [...new Set(numbers)];
}

/**
 * The sentences of a text, in English, Russian and Chinese alike. Headings, code and the head of a table say nothing; an
 * item of a list and a row of a table say something each; a line that ends in a colon is said by the list below it. A
 * reference behind the full stop belongs to the sentence before it.
 */
export function sentencesOf(markdown: string): Sentence[] {
  const text = withoutCode(markdown);
  return blocksOf(text).flatMap(({ start, end, whole }) => {
    const ends = whole ? [end] : endsIn(text, start, end);
    let from = start;
    return ends.flatMap((to) => {
      const sentence = trimmed(text, from, to);
      from = to;
      if (!says(text.slice(sentence.start, sentence.end))) return [];
      const { start: first, end: last } = sentence;
      return [{ ...sentence, text: markdown.slice(first, last), facts: numbersIn(text.slice(first, last)) }];
    });
  });
}

const MOST_IN_RANGE = 199;
const referenceHere = new RegExp(factReference.source, 'uy');

const numbersIn = (text: string): number[] => [
  ...new Set([...text.matchAll(factReference)].flatMap(([reference]) => numbersOf(reference))),
];

/** Of the same length: what stands in code and addresses ends no sentence and names no fact. */
function withoutCode(markdown: string): string {
  return markdown
    .replaceAll(/^ {0,3}(```|~~~)[^\n]*\n(?:(?! {0,3}\1)[^\n]*(?:\n|$))*(?: {0,3}\1[^\n]*)?/gm, (code) =>
      code.replaceAll(/[^\n]/g, ' '),
    )
    .replaceAll(/`[^`\n]+`/g, (code) => 'x'.repeat(code.length))
    .replaceAll(/\bhttps?:\/\/[^\s<>()[\]]{1,2000}/g, (found) => {
      const address = found.replace(/[.,;:!?]+$/, '');
      return 'x'.repeat(address.length) + found.slice(address.length);
    });
}

interface Block {
  start: number;
  end: number;
  /** One sentence, whatever stops it has: a row of a table. */
  whole: boolean;
}

const heading = /^ {0,3}#{1,6}(?:\s|$)/;
const underline = /^ {0,3}(?:=+|-+)\s*$/;
const rule = /^ {0,3}(?:[-*_]\s*){3,}$/;
const mark = /^[\s>]*(?:(?:[-*+•]|\d{1,9}[.)]|[（(]\d{1,3}[)）])\s+|\d{1,3}、\s*)/;
const quote = /^\s*(?:>\s?)+/;
const row = /^\s*\|.*\|\s*$/;
const divider = /^\s*\|[\s:|-]+\|\s*$/;

/** Paragraphs, items of lists and rows of tables. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  const close = () => {
    if (open) blocks.push(open);
    open = undefined;
  };
  let at = 0;
  let introduces: Block | undefined;
  for (const line of text.split('\n')) {
    const [start, end] = [at, at + line.length];
    at = end + 1;
    if (open && !open.whole && underline.test(line)) {
      // What stands above it was a heading.
      open = undefined;
      continue;
    }
    const marked = mark.exec(line)?.[0].length;
    if (!line.trim() || heading.test(line) || rule.test(line)) {
      close();
      if (line.trim()) introduces = undefined;
      continue;
    }
    if (row.test(line)) {
      if (divider.test(line)) open = undefined;
      else {
        close();
        open = { start, end, whole: true };
      }
      continue;
    }
    if (marked !== undefined) {
      introduces = lastOf(open, blocks);
      close();
      if (introduces && /[:：]\s*$/.test(text.slice(introduces.start, introduces.end)))
        drop(blocks, introduces, text);
      open = { start: start + marked, end, whole: false };
      continue;
    }
    const quoted = quote.exec(line)?.[0].length ?? 0;
    if (open && !open.whole && quoted === 0) open.end = end;
    else {
      close();
      open = { start: start + quoted, end, whole: false };
    }
  }
  close();
  return blocks;
}

const lastOf = (open: Block | undefined, blocks: readonly Block[]) => open ?? blocks.at(-1);

/** Of a paragraph that leads into a list, its last sentence: the items say it. */
function drop(blocks: Block[], block: Block, text: string): void {
  const place = blocks.lastIndexOf(block);
  if (place === -1 || block.whole) return;
  const ends = endsIn(text, block.start, block.end);
  const end = ends.at(-2);
  if (end === undefined) blocks.splice(place, 1);
  else blocks[place] = { ...block, end };
}

const closers = /["'”’»)\]］】」』）*_~]/;
const always = /[。！？｡]/;
const sometimes = /[.!?…]/;

/** Where its sentences end; the last is always its own end. */
function endsIn(text: string, start: number, end: number): number[] {
  const ends: number[] = [];
  let at = start;
  while (at < end) {
    const sign = text[at]!;
    if (!always.test(sign) && !sometimes.test(sign)) {
      at++;
      continue;
    }
    let after = at + 1;
    while (after < end && (always.test(text[after]!) || sometimes.test(text[after]!))) after++;
    const stops = text.slice(at, after);
    const word = wordBefore(text, start, at);
    while (after < end && closers.test(text[after]!)) after++;
    const { end: behind, next } = referencesFrom(text, after, end);
    if (isEnd(stops, word, text[after], next)) {
      ends.push(behind);
      at = behind;
    } else at = after;
  }
  if (ends.at(-1) !== end) ends.push(end);
  return ends;
}

/** The references that follow a full stop belong to it, unless a new sentence begins with them. */
function referencesFrom(text: string, from: number, end: number): { end: number; next: string | undefined } {
  let at = from;
  let taken = from;
  for (;;) {
    while (at < end && /\s/.test(text[at]!)) at++;
    referenceHere.lastIndex = at;
    const found = referenceHere.exec(text);
    if (!found) break;
    at += found[0].length;
    taken = at;
    if (at < end && /[.。]/.test(text[at]!)) taken = ++at;
  }
  const next = at < end ? String.fromCodePoint(text.codePointAt(at)!) : undefined;
  if (taken > from && next !== undefined && /\p{Ll}/u.test(next)) return { end: from, next: '[' };
  return { end: taken, next };
}

/** Letters, digits and full stops without a space between: `т.д`, `e.g`, `Fig`, `4`. */
function wordBefore(text: string, start: number, at: number): string {
  let from = at;
  while (from > start && at - from < 40 && /[\p{L}\p{N}.]/u.test(text[from - 1]!)) from--;
  const word = text.slice(from, at);
  // `т. д`, `и т. п`, `i. e`: with a space inside.
  const before = /(?:^|[\s(])(\p{L})\.\s?$/u.exec(text.slice(Math.max(start, from - 4), from));
  return before && /^\p{Ll}$/u.test(word) ? `${before[1]}.${word}` : word;
}

/** Something follows these before the sentence is over. */
const leading = new Set(
  (
    'mr mrs ms dr prof st no nos nr fig figs sec eq vol ver v e.g i.e eg ie vs cf approx ca incl dept pp p ch art resp max min ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec ' +
    'рис табл см ср стр с п пп ст гл ул им тел т т.е т.к т.н т.о напр зав нач инж акад проф доц гр обл пер разд прил абз ред изд вып'
  ).split(' '),
);
/** These end a sentence, or do not. */
const trailing = new Set(
  'etc inc ltd co corp a.m p.m am pm al т.д т.п др пр г гг в вв н.э руб коп тыс млн млрд мин сек час ч кв шт экз'.split(
    ' ',
  ),
);

function isEnd(stops: string, word: string, behind: string | undefined, next: string | undefined): boolean {
  if (always.test(stops)) return true;
  if (next === undefined) return true;
  // `4.3`, `a.exe`, `т.д.`: no space, no new sentence. Chinese writes none, either.
  const touches = behind !== undefined && !/[\s[［【]/.test(behind);
  if (touches) return /\p{Script=Han}/u.test(behind) && stops !== '.';
  const small = /\p{Ll}/u.test(next);
  if (stops !== '.') return !small;
  const known = word.toLowerCase();
  if (leading.has(known)) return false;
  if (trailing.has(known)) return !small && !/\p{N}/u.test(next);
  if (/^\p{Lu}$/u.test(word) || /(?:^|\.)\p{Lu}$/u.test(word)) return false;
  // Who writes an abbreviation that is not known here goes on in small letters; a long word is none.
  return !small || /\p{L}{7,}$/u.test(word);
}

function trimmed(text: string, from: number, to: number): { start: number; end: number } {
  let [start, end] = [from, to];
  while (start < end && /[\s>]/.test(text[start]!)) start++;
  while (end > start && /\s/.test(text[end - 1]!)) end--;
  return { start, end };
}

/** Something is said where there are letters or digits beside the references. */
const says = (text: string) => /[\p{L}\p{N}]/u.test(text.replaceAll(factReference, ''));
