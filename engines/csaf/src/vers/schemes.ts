import { type Compare, orders } from '../rules/version-range.ts';

/** How the versions of a versioning scheme stand in order, by the name that VERS has for it. */
export const schemes: Readonly<Record<string, Compare>> = {
  ...orders,
  lexicographic: compareLexically,
  pypi: comparePython,
  maven: compareMaven,
  alpm: compareArch,
  apk: compareAlpine,
  alpine: compareAlpine,
};

const longest = 500;

function sign(order: number): number {
  return Math.sign(order);
}

/** Numbers of any length, leading zeros aside. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  return sign(left.length - right.length) || (left < right ? -1 : Number(left > right));
}

/** By code points. */
function compareLexically(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = (left[i]?.codePointAt(0) ?? -1) - (right[i]?.codePointAt(0) ?? -1);
    if (order !== 0) return sign(order);
  }
  return 0;
}

/* Python (PEP 440) */

const python =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z\d]+(?:[-_.][a-z\d]+)*))?$/;
const pythonEarly: Readonly<Record<string, number>> = {
  alpha: 0,
  a: 0,
  beta: 1,
  b: 1,
  preview: 2,
  pre: 2,
  c: 2,
  rc: 2,
};

function comparePython(a: string, b: string): number | undefined {
  const [left, right] = [
    python.exec(a.trim().toLowerCase().slice(0, longest)),
    python.exec(b.trim().toLowerCase().slice(0, longest)),
  ];
  if (!left || !right) return undefined;
  const epoch = compareNumbers(left[1] ?? '0', right[1] ?? '0');
  if (epoch !== 0) return epoch;
  const [ones, others] = [left[2]!.split('.'), right[2]!.split('.')];
  for (let i = 0; i < Math.max(ones.length, others.length); i++) {
    const order = compareNumbers(ones[i] ?? '0', others[i] ?? '0');
    if (order !== 0) return order;
  }
  // A development release comes before everything else of its number, then what is early, then the release.
  const early = (parts: RegExpExecArray) =>
    parts[3] === undefined ? (isPost(parts) || parts[7] === undefined ? 3 : -1) : pythonEarly[parts[3]]!;
  const order =
    sign(early(left) - early(right)) ||
    compareNumbers(left[4] || '0', right[4] || '0') ||
    sign(Number(isPost(left)) - Number(isPost(right))) ||
    compareNumbers(left[5] ?? (left[6] || '0'), right[5] ?? (right[6] || '0')) ||
    sign(Number(left[7] === undefined) - Number(right[7] === undefined)) ||
    compareNumbers(left[8] || '0', right[8] || '0');
  return order || compareLocal(left[9], right[9]);
}

function isPost(parts: RegExpExecArray): boolean {
  return parts[5] !== undefined || parts[6] !== undefined;
}

function compareLocal(a: string | undefined, b: string | undefined): number {
  const [left, right] = [a?.split(/[-_.]/) ?? [], b?.split(/[-_.]/) ?? []];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [one, other] = [left[i], right[i]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const [isOne, isOther] = [/^\d+$/.test(one), /^\d+$/.test(other)];
    if (isOne !== isOther) return isOne ? 1 : -1;
    const order = isOne ? compareNumbers(one, other) : one < other ? -1 : Number(one > other);
    if (order !== 0) return order;
  }
  return 0;
}

/* Maven (https://maven.apache.org/pom.html#version-order-specification) */

type MavenItem = { readonly number: string } | { readonly word: string } | MavenItem[];
const mavenWords = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const mavenAliases: Readonly<Record<string, string>> = { ga: '', final: '', release: '', cr: 'rc' };

function compareMaven(a: string, b: string): number {
  return compareMavenItems(parseMaven(a), parseMaven(b));
}

/** Every hyphen, and every change from letters to digits or back, begins a list inside. */
function parseMaven(text: string): MavenItem[] {
  const root: MavenItem[] = [];
  const open = [root];
  let list = root;
  const deeper = () => {
    const inside: MavenItem[] = [];
    list.push(inside);
    open.push(inside);
    list = inside;
  };
  const tokens =
    text
      .toLowerCase()
      .slice(0, longest)
      .match(/\d+|[^\d.-]+|[.-]/g) ?? [];
  for (const [i, token] of tokens.entries()) {
    const [before, after] = [tokens[i - 1], tokens[i + 1]];
    if (token === '.' || token === '-') {
      if (before === undefined || before === '.' || before === '-') list.push({ number: '0' });
      if (token === '-') deeper();
      continue;
    }
    if (before !== undefined && before !== '.' && before !== '-') deeper();
    if (/^\d/.test(token)) list.push({ number: token });
    else list.push({ word: mavenWord(token, after !== undefined && /^\d/.test(after)) });
  }
  for (const one of open.toReversed()) {
    for (let i = one.length - 1; i >= 0; i--) {
      const item = one[i]!;
      if (compareMavenItem(item, undefined) === 0) one.splice(i, 1);
      else if (!Array.isArray(item)) break;
    }
  }
  return root;
}

function mavenWord(word: string, beforeDigit: boolean): string {
  if (beforeDigit && word.length === 1) return { a: 'alpha', b: 'beta', m: 'milestone' }[word] ?? word;
  return mavenAliases[word] ?? word;
}

function compareMavenItems(a: readonly MavenItem[], b: readonly MavenItem[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    const order = one === undefined ? -compareMavenItem(other!, undefined) : compareMavenItem(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

/** A number is later than a list, and a list than a word. */
function compareMavenItem(a: MavenItem, b: MavenItem | undefined): number {
  if (Array.isArray(a)) {
    if (b === undefined)
      return a.map((item) => compareMavenItem(item, undefined)).find((order) => order !== 0) ?? 0;
    if (Array.isArray(b)) return compareMavenItems(a, b);
    return 'number' in b ? -1 : 1;
  }
  if ('number' in a) {
    if (b === undefined) return /[1-9]/.test(a.number) ? 1 : 0;
    return !Array.isArray(b) && 'number' in b ? compareNumbers(a.number, b.number) : 1;
  }
  if (b === undefined) return compareMavenWords(a.word, '');
  return !Array.isArray(b) && 'word' in b ? compareMavenWords(a.word, b.word) : -1;
}

function compareMavenWords(a: string, b: string): number {
  const rank = (word: string) => (mavenWords.includes(word) ? mavenWords.indexOf(word) : mavenWords.length);
  return sign(rank(a) - rank(b)) || (rank(a) < mavenWords.length ? 0 : a < b ? -1 : Number(a > b));
}

/* Arch Linux (pacman's rpmvercmp) */

function compareArch(a: string, b: string): number {
  const [left, right] = [archParts(a), archParts(b)];
  return (
    compareNumbers(left.epoch, right.epoch) ||
    compareSegments(left.version, right.version) ||
    (left.release !== undefined && right.release !== undefined
      ? compareSegments(left.release, right.release)
      : 0)
  );
}

function archParts(text: string) {
  const [, epoch = '0', version = '', release] = /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/s.exec(
    text.slice(0, longest),
  )!;
  return { epoch, version, release };
}

function compareSegments(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [segments(a), segments(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [one, other] = [left[i], right[i]];
    // What goes on with letters is early, what goes on with a number is late.
    if (!one || !other) {
      const rest = (one ?? other)!;
      const order = /^[a-z]/i.test(rest.text) && rest.gap === 0 ? -1 : 1;
      return one ? order : -order;
    }
    if (one.gap !== other.gap) return one.gap < other.gap ? -1 : 1;
    const [isOne, isOther] = [/^\d/.test(one.text), /^\d/.test(other.text)];
    if (isOne !== isOther) return isOne ? 1 : -1;
    const order = isOne
      ? compareNumbers(one.text, other.text)
      : one.text < other.text
        ? -1
        : Number(one.text > other.text);
    if (order !== 0) return order;
  }
  return 0;
}

/** Runs of digits or letters, and how many other characters stand before each. */
function segments(text: string): { text: string; gap: number }[] {
  return Array.from(text.matchAll(/([^\da-z]*)(\d+|[a-z]+)/gi), ([, gap, run]) => ({
    text: run!,
    gap: gap!.length,
  }));
}

/* Alpine (apk-tools) */

const alpine =
  /^(\d+(?:\.\d+)*)([a-z])?((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:~[\da-f]+)?(?:-r(\d+))?$/;
const alpineSuffixes = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];

function compareAlpine(a: string, b: string): number | undefined {
  const [left, right] = [alpine.exec(a.slice(0, longest)), alpine.exec(b.slice(0, longest))];
  if (!left || !right) return undefined;
  const [ones, others] = [left[1]!.split('.'), right[1]!.split('.')];
  for (let i = 0; i < Math.max(ones.length, others.length); i++) {
    const [one, other] = [ones[i], others[i]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    // After the first, a number that begins with zero is what stands behind a decimal point.
    const order =
      i > 0 && (one.startsWith('0') || other.startsWith('0'))
        ? one < other
          ? -1
          : Number(one > other)
        : compareNumbers(one, other);
    if (order !== 0) return order;
  }
  const [letter, otherLetter] = [left[2] ?? '', right[2] ?? ''];
  if (letter !== otherLetter) return letter < otherLetter ? -1 : 1;
  const suffixes = (text: string) =>
    text
      .split('_')
      .slice(1)
      .map((one) => /^([a-z]+)(\d*)$/.exec(one)!);
  const [early, otherEarly] = [suffixes(left[3]!), suffixes(right[3]!)];
  for (let i = 0; i < Math.max(early.length, otherEarly.length); i++) {
    const rank = (parts: RegExpExecArray | undefined) => alpineSuffixes.indexOf(parts?.[1] ?? '');
    const order =
      sign(rank(early[i]) - rank(otherEarly[i])) ||
      compareNumbers(early[i]?.[2] || '0', otherEarly[i]?.[2] || '0');
    if (order !== 0) return order;
  }
  return compareNumbers(left[4] ?? '0', right[4] ?? '0');
}
