import { type CsafDocument, normaliseOrderNumber, read, repair } from '@busbar/csaf';

import { plain } from '../../platform/plain-text.ts';

/** What a document is found by. */
export interface SearchedTexts {
  /** Its own, of the vulnerabilities it speaks of, and what its products are ordered by. */
  readonly numbers: string[];
  readonly names: string[];
  /** The summary first. */
  readonly body: string[];
}

export function searchedIn(document: CsafDocument): SearchedTexts {
  const { tracking, publisher, title, products, vulnerabilities, notes } = document;
  const numbers = new Set([tracking.id, ...tracking.aliases]);
  const names = new Set([title, publisher.name]);
  for (const { cve } of vulnerabilities) if (cve) numbers.add(cve);
  for (const { vendor, family, productName, name, helper } of products) {
    for (const text of [vendor, family, productName ?? name]) if (text) names.add(repair(text));
    for (const number of [...(helper?.modelNumbers ?? []), ...(helper?.skus ?? [])])
      numbers.add(repair(number)).add(normaliseOrderNumber(number));
  }
  const cutNotes = (some: readonly { readonly text: string }[]) =>
    some.map(({ text }) => text.slice(0, 20_000));
  return {
    numbers: [...numbers],
    names: [...names],
    body: [
      ...cutNotes(
        notes.toSorted((a, b) => Number(b.text === document.summary) - Number(a.text === document.summary)),
      ),
      ...vulnerabilities.flatMap(({ cve, title, cwes, notes, remediations }) => [
        `${cve ?? ''} ${title ?? ''}`.trim(),
        ...cwes.map(({ id, name }) => `${id} ${name}`),
        ...cutNotes(notes),
        ...cutNotes(remediations),
      ]),
    ].filter(Boolean),
  };
}

const most = { names: 20_000, numbers: 20_000, characters: 500_000 };

/**
 * The same of a document as it was received, fit to be shown; nothing of what cannot be read any more. Of a document of
 * many megabytes only as much as an index takes.
 */
export function searchedOf(text: string): SearchedTexts {
  const reading = read(text);
  if (!reading.ok) return { numbers: [], names: [], body: [] };
  const { numbers, names, body } = searchedIn(reading.document);
  let room = most.characters;
  return {
    numbers: numbers.slice(0, most.numbers),
    names: names.slice(0, most.names).map(plain),
    body: body.filter(({ length }) => (room -= length) > 0).map(plain),
  };
}
