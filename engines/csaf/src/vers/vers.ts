import {
  type Constraint,
  parseVersionRange,
  type RangeProblem,
  type VersionRange,
} from '../rules/version-range.ts';
import { compareVersions, parseVersion } from '../versions/version.ts';
import { encodeVersion } from './encoding.ts';
import { schemes } from './schemes.ts';

export type VersProblem = RangeProblem | 'encoding' | 'version';

/**
 * Reads a version range specifier strictly: only what is in canonical form (https://github.com/package-url/vers-spec).
 * What advisories in the wild write is read by `parseExpression`.
 */
export function parseVers(text: string): VersionRange | VersProblem {
  if (!text.startsWith('vers:')) return 'scheme';
  const range = parseVersionRange(text);
  if (typeof range === 'string') return range;
  const written = text.slice(text.indexOf('/') + 1).split('|');
  for (const [i, { version }] of range.constraints.entries()) {
    const own = written[i]!.replace(/^(?:!=|<=|>=|<|>)/, '');
    if (own !== '*' && own !== encodeVersion(version)) return 'encoding';
    if (
      range.scheme === 'datetime' &&
      !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(version)
    )
      return 'version';
  }
  return range;
}

/** The same constraints in the order of versions; undefined where they cannot be put in order. */
export function sortVers(text: string): string | undefined {
  const parts = /^vers:([a-z][a-z\d.-]*)\/(.+)$/.exec(text);
  if (!parts) return undefined;
  const scheme = parts[1]!;
  const constraints = parts[2]!.split('|').map((part) => {
    const [, comparator = '', version = ''] = /^(!=|<=|>=|<|>|=)?(.*)$/s.exec(part.trim())!;
    return { comparator: comparator === '=' ? '' : comparator, version };
  });
  let unordered = false;
  constraints.sort((a, b) => {
    const order = compareIn(scheme, a.version, b.version);
    unordered ||= order === undefined;
    return order ?? 0;
  });
  if (unordered) return undefined;
  return `vers:${scheme}/${constraints.map(({ comparator, version }) => comparator + version).join('|')}`;
}

/** By the rules of the scheme where they are known here, else as industrial versions are compared. */
export function compareIn(scheme: string, a: string, b: string): number | undefined {
  const known = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
  if (known) return known(a, b);
  const [one, other] = [parseVersion(a), parseVersion(b)];
  return one && other ? compareVersions(one, other)?.order : undefined;
}

/** Whether a version is in a range ("Checking if a version is contained"); undefined where it cannot be compared. */
export function versContains(
  { scheme = 'generic', constraints }: VersionRange,
  version: string,
): boolean | undefined {
  if (constraints.some(({ comparator }) => comparator === '*')) return true;
  const order = (constraint: Constraint) => compareIn(scheme, version, constraint.version);
  const bounds: Constraint[] = [];
  for (const constraint of constraints) {
    const compared = order(constraint);
    if (compared === undefined) return undefined;
    const { comparator } = constraint;
    if (compared === 0 && comparator === '!=') return false;
    if (compared === 0 && (comparator === '=' || comparator === '<=' || comparator === '>=')) return true;
    if (comparator !== '=' && comparator !== '!=') bounds.push(constraint);
  }
  if (bounds.length === 0)
    return constraints.every(({ comparator }) => comparator === '!=') && constraints.length > 0;
  const isBelow = ({ comparator }: Constraint) => comparator.startsWith('<');
  for (const [i, bound] of bounds.entries()) {
    const next = bounds[i + 1];
    const compared = order(bound)!;
    if (i === 0 && isBelow(bound) && compared < 0) return true;
    if (!isBelow(bound) && compared > 0 && (!next || (isBelow(next) && order(next)! < 0))) return true;
  }
  return false;
}
