import type { Passage } from '@busbar/contract';

import type { Sought } from './words.ts';

/** Where in a text something that was looked for stands. */
interface Place {
  readonly start: number;
  readonly end: number;
  /** Which unit of the question it is. */
  readonly unit: number;
}

const snippetLength = 240;
/** So much of what stands before the first word is shown, too. */
const lead = 50;

/** The whole of a text, in pieces. */
export function marked(text: string, sought: Sought, stems: ReadonlyMap<string, string>): Passage {
  return inPieces(text, 0, text.length, placesIn(text, sought, stems));
}

/** The passage in which most of what was looked for stands close together. */
export function snippet(text: string, sought: Sought, stems: ReadonlyMap<string, string>): Passage {
  const places = placesIn(text, sought, stems);
  let best = { start: 0, units: 0 };
  for (const [at, { start }] of places.entries()) {
    const units = new Set<number>();
    for (let next = at; next < places.length && places[next]!.end - start <= snippetLength - lead; next++)
      units.add(places[next]!.unit);
    if (units.size > best.units) best = { start, units: units.size };
  }
  const from = best.start <= lead ? 0 : wordBefore(text, best.start - lead);
  const to = from + snippetLength >= text.length ? text.length : wordBefore(text, from + snippetLength);
  const pieces = inPieces(text, from, to, places);
  const dots = { text: '…', found: false };
  return [...(from > 0 ? [dots] : []), ...pieces, ...(to < text.length ? [dots] : [])];
}

/** What stands between letters and digits may be anything ("6ES7 315-2EH14"), but no space. */
const piece = /[\p{L}\p{N}\p{M}]+(?:[^\s\p{L}\p{N}\p{M}]+[\p{L}\p{N}\p{M}]+)*/gu;
const part = /[\p{L}\p{N}\p{M}]+/gu;

function placesIn(text: string, { units }: Sought, stems: ReadonlyMap<string, string>): Place[] {
  const places: Place[] = [];
  const wanted = units.map(({ begins, whole, pairs, typed }) => ({
    begins: [
      ...begins,
      // What has this stem mostly begins with it; y becomes i in English.
      ...[...begins, ...whole].flatMap((word) => (stems.get(word) ?? word).replace(/(?<=...)i$/, '')),
    ].filter((word) => word.length > 2),
    whole,
    run: pairs.length > 0 ? typed : undefined,
  }));
  for (const { 0: whole, index } of text.matchAll(piece)) {
    const parts = [...whole.matchAll(part)];
    for (const [at, { 0: word, index: inside }] of parts.entries()) {
      const start = index + inside;
      const rest = parts
        .slice(at, at + 24)
        .map(([each]) => plain(each))
        .join('');
      for (const [unit, { begins, whole: exact, run }] of wanted.entries()) {
        const compact = plain(word);
        if (run !== undefined) {
          const from = compact.indexOf(run);
          if (from >= 0) places.push({ start: start + from, end: start + from + run.length, unit });
        } else if (exact.includes(compact) || begins.some((begin) => compact.startsWith(begin)))
          places.push({ start, end: start + word.length, unit });
        else if (
          parts.length > 1 &&
          [...begins, ...exact].some((begin) => /\d/.test(begin) && rest.startsWith(begin))
        )
          places.push({ start, end: index + whole.length, unit });
      }
    }
  }
  return places;
}

/** As `soughtIn` reads what was typed. Characters that change their number thereby are rare and then not marked. */
const plain = (word: string) => word.normalize('NFKC').toLowerCase().replaceAll('ё', 'е');

function inPieces(text: string, from: number, to: number, places: readonly Place[]): Passage {
  const pieces: Passage = [];
  let at = from;
  for (const { start, end } of places) {
    if (start < at || end > to) continue;
    if (start > at) pieces.push({ text: text.slice(at, start), found: false });
    pieces.push({ text: text.slice(start, end), found: true });
    at = end;
  }
  if (at < to) pieces.push({ text: text.slice(at, to), found: false });
  return pieces;
}

/** The beginning of the word at this place; the place itself where none begins for long, as in Chinese. */
function wordBefore(text: string, place: number): number {
  const space = text.lastIndexOf(' ', place);
  if (place - space < 30) return space + 1;
  // Not between the halves of one character.
  return /[\udc00-\udfff]/.test(text[place] ?? '') ? place + 1 : place;
}
