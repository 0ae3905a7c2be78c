import { createHmac } from 'node:crypto';

import type { Resemblance } from '@busbar/contract';
import { vendorsNamed } from '@busbar/csaf';

import { addressesIn } from '../../platform/addresses.ts';
import type { MasterKey } from '../../platform/config.ts';

/** Something by which a case may resemble another, unreadable. */
export interface Feature {
  readonly kind: Resemblance;
  readonly hash: Buffer;
}

/** So many of one text; whoever writes more resembles no fewer. */
const MOST = 200;
const MOST_WORDS = 80;

/** Addresses that every second plant has (RFC 1918, RFC 3927, loopback) say as little as a word. */
const everywhere = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|127\.|fe80:|f[cd])/i;
const file = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?![0-9a-f])/gi;
const name = /(?<![\w@.-])(?:[\w.+-]+@)?(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,18}(?![\w-])/gi;
/** What ends like this is a file of somebody, and no host. */
const fileEnding =
  /\.(?:exe|dll|bat|ps|js|vbs|doc|docx|xls|xlsx|pdf|zip|rar|log|txt|csv|bin|iso|img|cfg|ini|xml|html?)$/i;
const vulnerability = /\bCVE-\d{4}-\d{4,}\b/gi;
const order = /(?<![\w-])(?=[\w-]*\d[\w-]*\d)(?=[\w-]*[A-Z])[A-Z0-9]{2,}(?:-?[A-Z0-9]+)*(?![\w-])/g;

const segments = new Intl.Segmenter(undefined, { granularity: 'word' });

/**
 * What a text has in common with others, computed when it is written: afterwards it is sealed. Keyed hashes
 * (HMAC-SHA-256, RFC 2104, cut to 128 bits), so that the table of them answers no guess without the program’s secret.
 */
export function featuresUnder(master: MasterKey) {
  const key = master.derive('compares cases');
  const hashed = ([kind, value]: readonly [Resemblance, string]): Feature => ({
    kind,
    hash: createHmac('sha256', key).update(`${kind} ${value}`).digest().subarray(0, 16),
  });
  return (...texts: readonly string[]): Feature[] => {
    const found = new Map<string, readonly [Resemblance, string]>();
    for (const [kind, value] of resemblances(texts.join('\n'))) {
      if (found.size >= MOST) break;
      found.set(`${kind} ${value}`, [kind, value]);
    }
    return [...found.values()].map(hashed);
  };
}

/** The surest first. */
function* resemblances(text: string): Generator<readonly [Resemblance, string]> {
  for (const [one] of text.matchAll(file)) yield ['file', one.toLowerCase()];
  for (const one of addressesIn(text))
    yield [everywhere.test(one) ? 'word' : 'address', one.toLowerCase().replaceAll('-', ':')];
  for (const [one] of text.matchAll(vulnerability)) yield ['vulnerability', one.toUpperCase()];
  for (const [one] of text.matchAll(name)) if (!fileEnding.test(one)) yield ['name', one.toLowerCase()];
  for (const [one] of text.matchAll(order))
    if (one.length >= 6 && !/^CVE-/i.test(one)) yield ['order', one.replaceAll('-', '')];
  yield* vendorsAndWords(text);
}

function* vendorsAndWords(text: string): Generator<readonly [Resemblance, string]> {
  const words = Array.from(segments.segment(text.normalize('NFKC')))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment.toLowerCase());
  for (let at = 0; at < words.length; at++)
    for (const length of [3, 2, 1])
      for (const vendor of vendorsNamed(words.slice(at, at + length).join(' '))) yield ['vendor', vendor];
  let left = MOST_WORDS;
  for (const word of new Set(words)) if (isTelling(word) && left-- > 0) yield ['word', word];
}

/** Short words join sentences; in Chinese two characters say something. */
const isTelling = (word: string) =>
  /^\p{L}+$/u.test(word) && word.length >= (/\p{sc=Han}/u.test(word) ? 2 : 5);
