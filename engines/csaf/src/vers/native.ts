import { encodeVersion } from './encoding.ts';
import { compareIn } from './vers.ts';

/**
 * A range as users of a package manager write it, as canonical VERS: in order, every version once, nothing said twice.
 * What the range means is what the package manager takes it for, except that VERS knows no rule by which early
 * versions do not count. Undefined where it cannot be read, where it holds no version, and for other schemes.
 * @param scheme `npm` (node-semver), `gem`, `pypi` (PEP 440) or `nginx` (as its security advisories write)
 */
export function versFromNative(scheme: string, text: string): string | undefined {
  const read = Object.hasOwn(readers, scheme) ? readers[scheme] : undefined;
  if (!read || text.length > longest) return undefined;
  try {
    const algebra = new Intervals(scheme);
    const written = write(algebra.joined(read(text.trim(), algebra)));
    return written === undefined ? undefined : `vers:${scheme}/${written}`;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

const longest = 500;

class Unreadable extends Error {}

interface Bound {
  readonly version: string;
  readonly inclusive: boolean;
}

interface Interval {
  readonly low: Bound | undefined;
  readonly high: Bound | undefined;
}

const everything: Interval = { low: undefined, high: undefined };

function between(low: string, below: string): Interval {
  return { low: { version: low, inclusive: true }, high: { version: below, inclusive: false } };
}

/** What a comparator and a version stand for. */
function compared(comparator: string, version: string): Interval[] {
  const [inside, outside] = [
    { version, inclusive: true },
    { version, inclusive: false },
  ];
  switch (comparator) {
    case '>=':
      return [{ low: inside, high: undefined }];
    case '>':
      return [{ low: outside, high: undefined }];
    case '<=':
      return [{ low: undefined, high: inside }];
    case '<':
      return [{ low: undefined, high: outside }];
    case '!=':
      return [
        { low: undefined, high: outside },
        { low: outside, high: undefined },
      ];
    default:
      return [{ low: inside, high: inside }];
  }
}

/** Sets of versions in the order of a scheme. */
class Intervals {
  readonly #scheme: string;

  constructor(scheme: string) {
    this.#scheme = scheme;
  }

  /** In order, and what meets is one. */
  joined(intervals: readonly Interval[]): Interval[] {
    const joined: Interval[] = [];
    for (const one of intervals
      .filter((interval) => !this.#isEmpty(interval))
      .toSorted((a, b) => this.#compareLows(a.low, b.low))) {
      const last = joined.at(-1);
      if (last && this.#meets(last, one))
        joined[joined.length - 1] = { low: last.low, high: this.#later(last.high, one.high) };
      else joined.push(one);
    }
    return joined;
  }

  /** What is in all of them. */
  common(sets: readonly (readonly Interval[])[]): Interval[] {
    let left: readonly Interval[] = [everything];
    for (const set of sets) {
      left = left.flatMap((a) =>
        set.map((b) => ({
          low: this.#compareLows(a.low, b.low) >= 0 ? a.low : b.low,
          high: this.#later(a.high, b.high) === a.high ? b.high : a.high,
        })),
      );
      left = left.filter((interval) => !this.#isEmpty(interval));
      if (left.length > mostIntervals) throw new Unreadable();
    }
    return [...left];
  }

  #compare(a: string, b: string): number {
    const order = compareIn(this.#scheme, a, b);
    if (order === undefined) throw new Unreadable();
    return order;
  }

  #isEmpty({ low, high }: Interval): boolean {
    if (!low || !high) return false;
    const order = this.#compare(low.version, high.version);
    return order > 0 || (order === 0 && !(low.inclusive && high.inclusive));
  }

  #compareLows(a: Bound | undefined, b: Bound | undefined): number {
    if (!a || !b) return Number(a !== undefined) - Number(b !== undefined);
    return this.#compare(a.version, b.version) || Number(b.inclusive) - Number(a.inclusive);
  }

  #later(a: Bound | undefined, b: Bound | undefined): Bound | undefined {
    if (!a || !b) return undefined;
    return (this.#compare(a.version, b.version) || Number(a.inclusive) - Number(b.inclusive)) >= 0 ? a : b;
  }

  /** Whether nothing is between the end of the one and the begin of the other. */
  #meets({ high }: Interval, { low }: Interval): boolean {
    if (!high || !low) return true;
    const order = this.#compare(high.version, low.version);
    return order > 0 || (order === 0 && (high.inclusive || low.inclusive));
  }
}

const mostIntervals = 50;

function write(intervals: readonly Interval[]): string | undefined {
  if (intervals.length === 0) return undefined;
  const parts: string[] = [];
  let before: Bound | undefined;
  for (const { low, high } of intervals) {
    if (low && low.version === high?.version) parts.push(encodeVersion(low.version));
    else {
      if (low && before && !before.inclusive && before.version === low.version)
        parts[parts.length - 1] = `!=${encodeVersion(low.version)}`;
      else if (low) parts.push(`${low.inclusive ? '>=' : '>'}${encodeVersion(low.version)}`);
      if (high) parts.push(`${high.inclusive ? '<=' : '<'}${encodeVersion(high.version)}`);
    }
    before = high;
  }
  return parts.length === 0 ? '*' : parts.join('|');
}

type Reader = (text: string, intervals: Intervals) => Interval[];

const readers: Readonly<Record<string, Reader>> = {
  npm: readNpm,
  gem: readGem,
  pypi: readPython,
  nginx: readNginx,
};

/* npm (https://github.com/npm/node-semver#ranges) */

function readNpm(text: string, intervals: Intervals): Interval[] {
  return text.split('||').flatMap((alternative) => {
    const [, from, to] = /^\s*(\S+)\s+-\s+(\S+)\s*$/.exec(alternative) ?? [];
    if (from !== undefined && to !== undefined)
      return intervals.common([npmCompared('>=', npmVersion(from)), npmCompared('<=', npmVersion(to))]);
    const left = alternative.replace(npmComparator, '').trim();
    if (left !== '') throw new Unreadable();
    return intervals.common(
      Array.from(alternative.matchAll(npmComparator), ([, comparator = '', version]) =>
        npmCompared(comparator, npmVersion(version!)),
      ),
    );
  });
}

const npmComparator = /(?<!\S)(\^|~>?|>=|<=|>|<|=)?\s*(v?(?:\d+|[xX*])(?:\.(?:\d+|[xX*]))*[^\s<>=~^|]*)/g;

interface NpmVersion {
  /** As many as are given. */
  readonly numbers: readonly number[];
  readonly preRelease: string;
}

function npmVersion(text: string): NpmVersion {
  const parts = /^v?((?:\d+|[xX*])(?:\.(?:\d+|[xX*])){0,2})(-[\da-zA-Z.-]+)?(?:\+[\da-zA-Z.-]+)?$/.exec(text);
  if (!parts) throw new Unreadable();
  const written = parts[1]!.split('.');
  const open = written.findIndex((number) => /[xX*]/.test(number));
  const numbers = (open < 0 ? written : written.slice(0, open)).map(Number);
  if (!numbers.every(Number.isSafeInteger)) throw new Unreadable();
  return { numbers, preRelease: numbers.length === 3 ? (parts[2] ?? '') : '' };
}

function npmCompared(comparator: string, version: NpmVersion): Interval[] {
  const { numbers } = version;
  const partial = numbers.length < 3;
  if (numbers.length === 0) return comparator === '<' || comparator === '>' ? [] : [everything];
  const first = npmText(version);
  const last = numbers.length - 1;
  switch (comparator) {
    case '^': {
      const significant = numbers.findIndex((number) => number !== 0);
      return [between(first, npmNext(numbers, significant < 0 ? last : significant))];
    }
    case '~':
    case '~>':
      return [between(first, npmNext(numbers, Math.min(1, last)))];
    case '>':
      return partial ? compared('>=', npmNext(numbers, last)) : compared('>', first);
    case '<=':
      return partial ? compared('<', npmNext(numbers, last)) : compared('<=', first);
    case '>=':
    case '<':
      return compared(comparator, first);
    default:
      return partial ? [between(first, npmNext(numbers, last))] : compared('=', first);
  }
}

function npmText({ numbers, preRelease }: NpmVersion): string {
  return [0, 1, 2].map((i) => numbers[i] ?? 0).join('.') + preRelease;
}

/** The first version that differs at a place. */
function npmNext(numbers: readonly number[], place: number): string {
  return npmText({ numbers: [...numbers.slice(0, place), numbers[place]! + 1], preRelease: '' });
}

/* RubyGems (https://guides.rubygems.org/patterns/#declaring-dependencies) */

function readGem(text: string, intervals: Intervals): Interval[] {
  return intervals.common(
    text.split(',').map((part) => {
      const [, comparator = '=', version] = /^\s*(~>|>=|<=|!=|=|>|<)?\s*(\d+(?:\.\w+)*)\s*$/.exec(part) ?? [];
      if (version === undefined) throw new Unreadable();
      return comparator === '~>'
        ? [between(version, nextPrefix(version.split('.')))]
        : compared(comparator, version);
    }),
  );
}

/** Where everything ends that begins with these numbers but the last one; a single number stands for itself. */
function nextPrefix(parts: readonly string[]): string {
  const numbers = parts.slice(0, Math.max(1, parts.length - 1)).map(Number);
  if (!numbers.every(Number.isSafeInteger)) throw new Unreadable();
  return [...numbers.slice(0, -1), numbers.at(-1)! + 1].join('.');
}

/* Python (PEP 440, "Version specifiers") */

function readPython(text: string, intervals: Intervals): Interval[] {
  return intervals.common(
    text.split(',').map((part) => {
      const [, comparator = '', version = '', any] =
        /^\s*(~=|===?|!=|<=|>=|<|>)\s*v?([\da-z!+._-]+?)(\.\*)?\s*$/i.exec(part) ?? [];
      if (version === '') throw new Unreadable();
      if (any === undefined && comparator !== '~=') return compared(comparator, version);
      const [, release] = /^((?:\d+!)?\d+(?:\.\d+)*)/.exec(version) ?? [];
      if (release === undefined) throw new Unreadable();
      const [epoch, numbers] = release.includes('!') ? release.split('!') : ['', release];
      const prefix = (of: readonly string[]) => `${epoch ? `${epoch}!` : ''}${nextPrefix(of)}.dev0`;
      if (comparator === '~=') {
        if (!numbers!.includes('.')) throw new Unreadable();
        return [between(version, prefix(numbers!.split('.')))];
      }
      if (release !== version) throw new Unreadable();
      const inside = between(`${version}.dev0`, prefix([...numbers!.split('.'), '*']));
      if (comparator === '==') return [inside];
      if (comparator !== '!=') throw new Unreadable();
      return [
        { low: undefined, high: { version: inside.low!.version, inclusive: false } },
        { low: { version: inside.high!.version, inclusive: true }, high: undefined },
      ];
    }),
  );
}

/* nginx (https://nginx.org/en/security_advisories.html) */

function readNginx(text: string): Interval[] {
  if (text.toLowerCase() === 'all') return [everything];
  return text.split(',').map((part): Interval => {
    const [, from, to, later] = /^\s*(\d+(?:\.\d+)+)(?:\s*-\s*(\d+(?:\.\d+)+)|(\+))?\s*$/.exec(part) ?? [];
    if (from === undefined) throw new Unreadable();
    if (later === undefined)
      return { low: { version: from, inclusive: true }, high: { version: to ?? from, inclusive: true } };
    const [major, minor] = from.split('.').map(Number);
    // An even number is a stable branch and ends with it; what is odd goes on.
    return minor! % 2 === 0
      ? between(from, `${major}.${minor! + 1}.0`)
      : { low: { version: from, inclusive: true }, high: undefined };
  });
}
