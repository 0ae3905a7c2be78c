import { repair } from '../text/repair.ts';

/**
 * One version as industrial vendors write it: "V3.2.16", "4.7 SP6 HF5", "R511.5_TCU4_HF3", "02.07.07(09)",
 * "14.1s0", "1.24A", "V3.X.17".
 */
export interface Version {
  readonly text: string;
  readonly parts: readonly Part[];
  /** Only compared when both sides name one and all else is equal. */
  readonly build: string | undefined;
}

export type Part =
  | { readonly is: 'number'; readonly value: number; readonly digits: string }
  | { readonly is: 'letters'; readonly value: string }
  | { readonly is: 'anything' }
  /** "16x": every number of that many digits that begins so. */
  | { readonly is: 'digits'; readonly from: number; readonly to: number }
  /** A service pack, update or hotfix: later than nothing, and a higher rank is later than a lower one. */
  | { readonly is: 'patch'; readonly rank: number; readonly value: number };

/** `undefined` when the text is no version: it is never guessed. */
export function parseVersion(text: string): Version | undefined {
  if (known.has(text)) return known.get(text);
  const version = text.length > 1000 ? undefined : readVersion(text);
  // Few versions are installed on many devices, and each is compared with many advisories.
  if (known.size < 50_000 && text.length <= 100) known.set(text, version);
  return version;
}

const known = new Map<string, Version | undefined>();

function readVersion(text: string): Version | undefined {
  let rest = repair(text)
    .replace(/_/g, ' ')
    .replace(/\{(\w+)\}/g, '.$1 ')
    // A promise of support, which no version goes by.
    .replace(/(?<=\d[\w.]*)[\s.-]*\bLTS\b/i, '')
    .replace(/^["'(\s]+|["')\s.,;]+$/g, '');
  if (rest.length > 80 || commitHash.test(rest) || severalVersions.test(rest)) return undefined;

  let build: string | undefined;
  rest = rest.replace(/[\s(,-]+(?:gold\s+)?(?:build|bld|bn)[.:#]*\s*([\w.-]+)/i, (_, found: string) => {
    build = found.replace(/\.+$/, '');
    return '';
  });
  rest = stripPrefix(rest);

  if (/^[a-z]{1,2}$/i.test(rest))
    return { text, parts: [{ is: 'letters', value: rest.toLowerCase() }], build };

  const parts: Part[] = [];
  for (let at = 0; at < rest.length;) {
    const ahead = rest.slice(at);
    const found = separator.exec(ahead) ?? readPart(ahead, parts);
    if (!found) return undefined;
    at += found[0].length;
  }
  return parts.some(({ is }) => is === 'number' || is === 'digits') ? { text, parts, build } : undefined;
}

/** "4.5.2/4.5.3", "4.5 or 4.6". */
const severalVersions = /\d\.\d[\w.]*\s*(?:[/&;]|\bor\b|\band\b)\s*v?\d+\.\d/i;
const commitHash = /\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,}\b/i;
const prefix =
  /^(?:(?:version|vers?|firmware|software|release|rev(?:ision)?|ros|frn|fw|sw|sv|v|r)\b\.?\s*[:=-]?\s*(?=[\dvr]|[a-z]$)|(?:v|r|sv|fw|sw|rel|ver)\.?(?=\d))/i;
const separator = /^[\s.,()/-]+/;

function stripPrefix(text: string): string {
  for (let rest = text; ;) {
    const shorter = rest.replace(prefix, '');
    if (shorter === rest) return rest;
    rest = shorter;
  }
}

/** Names of service packs, updates and hotfixes, the weightier the later. */
const ranks: readonly (readonly [names: string, rank: number])[] = [
  ['service\\s*pack|sp|fp|feature\\s*pack|sr|sim', 40],
  ['tcu|update|upd|up|cumulative\\s*update|cu|qu|ru|u', 30],
  ['security\\s*patch|hotfix\\s*rev|hotfix|hot\\s*fix|hfr|hf|patch|fix|p', 20],
  ['interim\\s*release|ir', 15],
];
const patchNames = ranks.map(
  ([names, rank]) => [new RegExp(`^(?:${names})[\\s.-]*(\\d+)(?![a-z])`, 'i'), rank] as const,
);
const patchWithoutNumber = /^(?:update|upd|hotfix|hf|service\s*pack|sp)\s*$/i;

/** Adds the part at the start of the text and returns the match that covers it. */
function readPart(ahead: string, parts: Part[]): RegExpExecArray | undefined {
  const wildDigits = /^(\d+)(x+)(?![a-z\d])/i.exec(ahead);
  if (wildDigits) {
    const factor = 10 ** Math.min(wildDigits[2]!.length, 6);
    const from = Number(wildDigits[1]) * factor;
    parts.push({ is: 'digits', from, to: from + factor - 1 });
    return wildDigits;
  }
  const digits = /^\d+/.exec(ahead);
  if (digits) {
    if (digits[0].length > 15) return undefined;
    parts.push({ is: 'number', value: Number(digits[0]), digits: digits[0] });
    return digits;
  }
  const wild = /^(?:x+|\*+)(?![a-z\d])/i.exec(ahead);
  if (wild) {
    parts.push({ is: 'anything' });
    return wild;
  }
  if (parts.length) {
    const secondRelease = /^r(\d+)(?![a-z])/i.exec(ahead);
    if (secondRelease) {
      parts.push({ is: 'patch', rank: 50, value: Number(secondRelease[1]) });
      return secondRelease;
    }
    for (const [name, rank] of patchNames) {
      const patch = name.exec(ahead);
      if (!patch) continue;
      parts.push({ is: 'patch', rank, value: Number(patch[1]) });
      return patch;
    }
    const unnumbered = patchWithoutNumber.exec(ahead);
    if (unnumbered) {
      parts.push({ is: 'patch', rank: 30, value: 1 });
      return unnumbered;
    }
    const innerV = /^v(?=\d)/i.exec(ahead);
    if (innerV) return innerV;
  }
  const letters = /^(?:alpha|beta|preview|pre|rc|dev|[a-z]{1,2})(?![a-z])/i.exec(ahead);
  if (!letters) return undefined;
  parts.push({ is: 'letters', value: letters[0].toLowerCase() });
  return letters;
}

export interface Comparison {
  readonly order: -1 | 0 | 1;
  /** The order rests on reading a missing part as zero: "3.8" beside "3.8.1". */
  readonly padded: boolean;
}

/** Compares two versions; `undefined` when they cannot honestly be put in order. */
export function compareVersions(a: Version, b: Version): Comparison | undefined {
  const [left, right] = align(a, b);
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const [one, other] = [left[i], right[i]];
    // Whatever follows a placeholder at the end is inside it.
    if (isPlaceholderAtEnd(left, i) || isPlaceholderAtEnd(right, i)) return { order: 0, padded: false };
    const order =
      one && other ? compareParts(one, other) : one ? againstNothing(one) : -againstNothing(other!);
    if (order === undefined || Number.isNaN(order)) return undefined;
    if (order === 0 && (isDigitsAtEnd(left, i) || isDigitsAtEnd(right, i)))
      return { order: 0, padded: false };
    if (order !== 0) return { order: order < 0 ? -1 : 1, padded: (!one || !other) && left.length > 0 };
  }
  if (a.build !== undefined && b.build !== undefined && a.build !== b.build) {
    const [one, other] = [parseVersion(a.build), parseVersion(b.build)];
    return one && other && !one.build && !other.build ? compareVersions(one, other) : undefined;
  }
  return { order: 0, padded: false };
}

/** Whether a version lies in a train or equals a version, as "11.*" and "V4.X" say it. */
export function isWithin(version: Version, train: Version): boolean {
  return train.parts.every((part, i) => {
    if (part.is === 'anything') return true;
    const own = version.parts[i];
    return own === undefined ? againstNothing(part) === 0 : compareParts(own, part) === 0;
  });
}

export function hasPlaceholder({ parts }: Version): boolean {
  return parts.some(({ is }) => is === 'anything' || is === 'digits');
}

function isPlaceholderAtEnd(parts: readonly Part[], i: number): boolean {
  return parts[i]?.is === 'anything' && i === parts.length - 1;
}

/** "R15x" holds R155.2. */
function isDigitsAtEnd(parts: readonly Part[], i: number): boolean {
  return parts[i]?.is === 'digits' && i === parts.length - 1;
}

/**
 * Siemens drives report "04.07.06.05" for V4.7 SP6 HF5. Where one side is written like that and the other
 * with names, the names are read as the third and fourth number.
 */
function align(a: Version, b: Version): [readonly Part[], readonly Part[]] {
  if (isZeroPadded(a.parts) && hasPatch(b.parts)) return [a.parts, asNumbers(b.parts)];
  if (isZeroPadded(b.parts) && hasPatch(a.parts)) return [asNumbers(a.parts), b.parts];
  return [a.parts, b.parts];
}

function isZeroPadded(parts: readonly Part[]): boolean {
  return (
    parts.length === 4 &&
    parts.every((part) => part.is === 'number' && part.digits.length === 2) &&
    (parts[0] as { digits: string }).digits.startsWith('0')
  );
}

function hasPatch(parts: readonly Part[]): boolean {
  return parts.some(({ is }) => is === 'patch');
}

function asNumbers(parts: readonly Part[]): readonly Part[] {
  const numbers = parts.filter(({ is }) => is !== 'patch');
  if (numbers.length > 2) return parts;
  const of = (rank: number): Part => {
    const patch = parts.find((part) => part.is === 'patch' && part.rank === rank);
    const value = patch?.is === 'patch' ? patch.value : 0;
    return { is: 'number', value, digits: String(value) };
  };
  return [...numbers, ...Array(2 - numbers.length).fill(zero), of(40), of(20)];
}

const zero: Part = { is: 'number', value: 0, digits: '0' };

function compareParts(a: Part, b: Part): number | undefined {
  if (a.is === 'anything' || b.is === 'anything') return 0;
  if (a.is === 'digits' || b.is === 'digits') return compareDigits(a, b);
  if (a.is === 'number' && b.is === 'number') return a.value - b.value;
  if (a.is === 'letters' && b.is === 'letters') return compareLetters(a.value, b.value);
  if (a.is === 'patch' && b.is === 'patch') return a.rank - b.rank || a.value - b.value;
  // "1.6.0" is "1.6" without its service pack 1; of "1.6.2" that cannot be said.
  if (a.is === 'number' && b.is === 'patch') return a.value === 0 ? -1 : undefined;
  if (a.is === 'patch' && b.is === 'number') return b.value === 0 ? 1 : undefined;
  return undefined;
}

function compareDigits(a: Part, b: Part): number | undefined {
  const [one, other] = [interval(a), interval(b)];
  if (!one || !other) return undefined;
  if (one.to < other.from) return -1;
  return one.from > other.to ? 1 : 0;
}

function interval(part: Part): { from: number; to: number } | undefined {
  if (part.is === 'number') return { from: part.value, to: part.value };
  return part.is === 'digits' ? part : undefined;
}

/** Revision letters go A to Z, then AA. */
function compareLetters(a: string, b: string): number {
  const early = Number(beforeRelease.has(b)) - Number(beforeRelease.has(a));
  return early || a.length - b.length || (a < b ? -1 : Number(a > b));
}

const beforeRelease = new Set(['alpha', 'beta', 'preview', 'pre', 'rc', 'dev']);

/** What a further part means beside a version that ends before it: 7.10 < 7.10a, 4.7 < 4.7 SP1, 3.8 = 3.8.0. */
function againstNothing(part: Part): number {
  switch (part.is) {
    case 'number':
      return Math.sign(part.value);
    case 'letters':
      return beforeRelease.has(part.value) ? -1 : 1;
    case 'patch':
      return Math.sign(part.value);
    case 'digits':
    case 'anything':
      return 0;
  }
}
