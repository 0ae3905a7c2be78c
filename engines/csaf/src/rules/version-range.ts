import { compareDigits, comparePreReleases } from './document-version.ts';

/**
 * Version ranges as CSAF 2.1 section 3.1.3 (Branches Type, Name under Product Version Range) wants them: VERS in
 * its canonical form, or its constraints alone (vls).
 */
export interface VersionRange {
  /** Undefined for vls. */
  readonly scheme: string | undefined;
  readonly constraints: readonly Constraint[];
}

export interface Constraint {
  readonly comparator: '=' | '!=' | '<' | '<=' | '>' | '>=' | '*';
  /** Percent-decoded. */
  readonly version: string;
}

export type RangeProblem = 'blank' | 'scheme' | 'constraint' | 'star' | 'repeated' | 'order' | 'redundant';

export function parseVersionRange(text: string): VersionRange | RangeProblem {
  if (/\s/.test(text)) return 'blank';
  const { scheme, list } = split(text);
  if (scheme !== undefined && !/^[a-z][a-z\d.-]*$/.test(scheme)) return 'scheme';
  const constraints: Constraint[] = [];
  for (const part of list.split('|')) {
    const constraint = parseConstraint(part);
    // The canonical form of VERS leaves = out.
    if (!constraint || (scheme !== undefined && part.startsWith('='))) return 'constraint';
    constraints.push(constraint);
  }
  return problemOf(scheme, constraints) ?? { scheme, constraints };
}

/** Whether a range stands for exactly one version. */
export function isSingleVersion({ constraints }: VersionRange): boolean {
  return constraints.length === 1 && constraints[0]!.comparator === '=';
}

function split(text: string): { scheme: string | undefined; list: string } {
  if (!text.toLowerCase().startsWith('vers:')) return { scheme: undefined, list: text };
  const slash = text.indexOf('/');
  // VERS is written in lower case; what has no type is a scheme that does not exist.
  if (slash < 0 || !text.startsWith('vers:')) return { scheme: '', list: '' };
  return { scheme: text.slice('vers:'.length, slash), list: text.slice(slash + 1) };
}

const form = /^(!=|<=|>=|<|>|=|)([^\s<>=!*|]+)$/;

function parseConstraint(part: string): Constraint | undefined {
  if (part === '*') return { comparator: '*', version: '' };
  const parts = form.exec(part);
  if (!parts) return undefined;
  try {
    return {
      comparator: (parts[1] || '=') as Constraint['comparator'],
      version: decodeURIComponent(parts[2]!),
    };
  } catch {
    return { comparator: (parts[1] || '=') as Constraint['comparator'], version: parts[2]! };
  }
}

function problemOf(scheme: string | undefined, constraints: readonly Constraint[]): RangeProblem | undefined {
  const hasStar = constraints.some(({ comparator }) => comparator === '*');
  if (scheme === 'all' ? !hasStar || constraints.length > 1 : hasStar && scheme === undefined) return 'star';
  if (hasStar && constraints.length > 1) return 'star';
  const different = new Set(constraints.map(({ version }) => version)).size;
  if (scheme !== undefined && different < constraints.length) return 'repeated';
  const compare = scheme === undefined ? undefined : orders[scheme];
  if (compare) {
    for (let i = 1; i < constraints.length; i++) {
      const order = compare(constraints[i - 1]!.version, constraints[i]!.version);
      if (order !== undefined && order >= 0) return order === 0 ? 'repeated' : 'order';
    }
  }
  return isRedundant(constraints) ? 'redundant' : undefined;
}

/** VERS, "Simplify": bounds alternate, and a single version does not stand before an upper bound. */
function isRedundant(constraints: readonly Constraint[]): boolean {
  const significant = constraints
    .filter(({ comparator }) => comparator !== '!=')
    .map(({ comparator }) => comparator[0]);
  for (let i = 1; i < significant.length; i++)
    if (significant[i - 1] === '=' && significant[i] === '<') return true;
  const bounds = significant.filter((comparator) => comparator !== '=');
  for (let i = 1; i < bounds.length; i++) if (bounds[i - 1] === bounds[i]) return true;
  return false;
}

/** Negative, zero or positive. Undefined where one of the versions is none of the scheme. */
export type Compare = (a: string, b: string) => number | undefined;

export const orders: Readonly<Record<string, Compare>> = {
  intdot: compareIntdot,
  npm: compareSemantic,
  semver: compareSemantic,
  cargo: compareSemantic,
  golang: compareSemantic,
};

function compareIntdot(a: string, b: string): number | undefined {
  if (!/^\d+(?:\.\d+)*$/.test(a) || !/^\d+(?:\.\d+)*$/.test(b)) return undefined;
  const [left, right] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareDigits(left[i] ?? '0', right[i] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

function compareSemantic(a: string, b: string): number | undefined {
  const [left, right] = [semantic.exec(a), semantic.exec(b)];
  if (!left || !right) return undefined;
  for (let i = 1; i <= 3; i++) {
    const order = compareDigits(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return comparePreReleases(left[4]?.split('.') ?? [], right[4]?.split('.') ?? []);
}

const semantic = /^v?(\d+)\.(\d+)\.(\d+)(?:-([\da-zA-Z.-]+))?(?:\+[\da-zA-Z.-]+)?$/;
