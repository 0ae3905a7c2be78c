import { compareVersions, parseVersion } from '../versions/version.ts';
import { type Compare, type Constraint, orders, type VersionRange } from './version-range.ts';

/** Whether there is a version in both; undefined where their versions cannot honestly be put in order. */
export function overlap(a: VersionRange, b: VersionRange): boolean | undefined {
  const all = isAll(a) || isAll(b);
  if (a.scheme !== b.scheme && !all) return undefined;
  const compare = comparing(isAll(a) ? b.scheme : a.scheme);
  const [ones, others] = [spansOf(a, compare), spansOf(b, compare)];
  if (!ones || !others) return undefined;
  let unknown = false;
  for (const one of ones.spans) {
    for (const other of others.spans) {
      const shared = meet(one, other, compare);
      if (shared === undefined) unknown = true;
      else if (shared === 'interval') return true;
      else if (shared !== 'nothing') {
        const excluded = [...ones.excluded, ...others.excluded].some(
          (version) => compare(version, shared.point) === 0,
        );
        if (!excluded) return true;
      }
    }
  }
  return unknown ? undefined : false;
}

/** Whether a version lies in a range; undefined where that cannot honestly be said. */
export function includes(range: VersionRange, version: string): boolean | undefined {
  return overlap(range, { scheme: range.scheme, constraints: [{ comparator: '=', version }] });
}

/** Whether a range goes on without end: apart from single versions its last constraint has no upper bound. */
export function isOpenAbove(range: VersionRange): boolean {
  const bounds = range.constraints.filter(({ comparator }) => /[<>]/.test(comparator));
  const last = (sorted(bounds, comparing(range.scheme)) ?? bounds).at(-1);
  return last?.comparator.startsWith('>') ?? false;
}

/** The types that the VERS specification names: the package ecosystems and the general ones. */
export const versTypes: ReadonlySet<string> = new Set(
  (
    'alpm apk cargo composer cpan dart deb gem golang hackage maven nuget npm pypi rpm ' +
    'all datetime generic intdot lexicographic none semver'
  ).split(' '),
);

function isAll({ constraints }: VersionRange): boolean {
  return constraints[0]?.comparator === '*';
}

interface Span {
  readonly from?: Limit;
  readonly to?: Limit;
}

interface Limit {
  readonly version: string;
  readonly inclusive: boolean;
}

function comparing(scheme: string | undefined): Compare {
  if (scheme === 'lexicographic') return compareBytes;
  if (scheme === 'datetime') return compareDates;
  return orders[scheme ?? ''] ?? compareAny;
}

/** By code points, which is the order of the bytes of UTF-8. */
function compareBytes(a: string, b: string): number {
  const [ones, others] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(ones.length, others.length); i++) {
    const order = (ones[i]?.codePointAt(0) ?? 0) - (others[i]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return ones.length - others.length;
}

function compareDates(a: string, b: string): number | undefined {
  // Leap seconds are the second after.
  const [one, other] = [a, b].map((text) => Date.parse(text.replace(/:60(?=[Z.+-])/i, ':59')));
  const order = (one ?? NaN) - (other ?? NaN);
  return Number.isNaN(order) ? undefined : order;
}

function compareAny(a: string, b: string): number | undefined {
  if (a === b) return 0;
  const [one, other] = [parseVersion(a), parseVersion(b)];
  return one && other ? compareVersions(one, other)?.order : undefined;
}

/** The stretches of versions that a range is made of, and single versions taken out of them. */
function spansOf(
  range: VersionRange,
  compare: Compare,
): { readonly spans: readonly Span[]; readonly excluded: readonly string[] } | undefined {
  if (isAll(range)) return { spans: [{}], excluded: [] };
  const { constraints } = range;
  const bounds = sorted(
    constraints.filter(({ comparator }) => /[<>]/.test(comparator)),
    compare,
  );
  if (!bounds) return undefined;
  const spans: Span[] = [];
  let from: Limit | undefined;
  for (const { comparator, version } of bounds) {
    const limit = { version, inclusive: comparator.endsWith('=') };
    if (comparator.startsWith('>')) from ??= limit;
    // Of "<1|<2" the second says all that the first does.
    else if (from || spans.length === 0) {
      spans.push({ ...(from && { from }), to: limit });
      from = undefined;
    } else {
      const previous = spans.pop();
      spans.push({ ...previous, to: limit });
    }
  }
  if (from) spans.push({ from });
  const excluded: string[] = [];
  for (const { comparator, version } of constraints) {
    if (comparator === '=') {
      const limit = { version, inclusive: true };
      spans.push({ from: limit, to: limit });
    }
    if (comparator === '!=') excluded.push(version);
  }
  if (bounds.length === 0 && spans.length === 0) spans.push({});
  return { spans, excluded };
}

function sorted(constraints: readonly Constraint[], compare: Compare): readonly Constraint[] | undefined {
  let comparable = true;
  const inOrder = constraints.toSorted((a, b) => {
    const order = compare(a.version, b.version);
    if (order === undefined) comparable = false;
    return order ?? 0;
  });
  return comparable ? inOrder : undefined;
}

/** What two spans share; versions are taken to be dense. */
function meet(
  a: Span,
  b: Span,
  compare: Compare,
): 'nothing' | 'interval' | { readonly point: string } | undefined {
  const from = tighter(a.from, b.from, compare, 1);
  const to = tighter(a.to, b.to, compare, -1);
  if (from === 'unknown' || to === 'unknown') return undefined;
  if (!from || !to) return 'interval';
  const order = compare(from.version, to.version);
  if (order === undefined) return undefined;
  if (order < 0) return 'interval';
  return order === 0 && from.inclusive && to.inclusive ? { point: from.version } : 'nothing';
}

function tighter(
  a: Limit | undefined,
  b: Limit | undefined,
  compare: Compare,
  direction: 1 | -1,
): Limit | 'unknown' | undefined {
  if (!a || !b) return a ?? b;
  const order = compare(a.version, b.version);
  if (order === undefined) return 'unknown';
  if (order === 0) return a.inclusive ? b : a;
  return order * direction > 0 ? a : b;
}
