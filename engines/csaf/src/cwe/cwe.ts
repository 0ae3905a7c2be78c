import data from './data/weaknesses.json' with { type: 'json' };

export interface CweVersion {
  readonly version: string;
  /** The day of its release, `2023-10-26`. */
  readonly date: string;
}

/** Whether the CWE says that vulnerabilities may be mapped to a weakness. Said since version 4.12. */
export type CweUsage = 'allowed' | 'allowed-with-review' | 'discouraged' | 'prohibited';

export interface Weakness {
  readonly id: string;
  readonly name: string;
  readonly deprecated: boolean;
  readonly usage: CweUsage | undefined;
}

/** Every version that is known here, oldest first. */
export const cweVersions: readonly CweVersion[] = data.versions.map(([version, date]) => ({
  version: version!,
  date: date!,
}));

/**
 * A weakness as it stood in a version of the CWE; in the newest one when none is named. Undefined when it was not
 * in that version, or when the version is not known here.
 * @param id `CWE-79`
 */
export function weakness(id: string, version?: string): Weakness | undefined {
  if (version !== undefined) return weaknessIn(places.get(version), id);
  let found = newest.get(id);
  if (!found) {
    found = weaknessIn(cweVersions.length - 1, id);
    if (found) newest.set(id, found);
  }
  return found;
}

/** As they stand in the newest version, which most documents mean. */
const newest = new Map<string, Weakness>();

function weaknessIn(place: number | undefined, id: string): Weakness | undefined {
  const changes = weaknesses.get(id);
  if (place === undefined || !changes) return undefined;
  const [, name, flags = ''] = changes.findLast(([since]) => (places.get(since) ?? Infinity) <= place) ?? [];
  if (name === undefined) return undefined;
  return { id, name, deprecated: flags.startsWith('x'), usage: usages[flags.at(-1) ?? ''] };
}

/** Whether a weakness had this name in any version of the CWE. */
export function everNamed(id: string, name: string | undefined): boolean {
  return weaknesses.get(id)?.some(([, one]) => one !== undefined && one === name) ?? false;
}

/** Which of the two is the later version: positive when it is the first. Versions of the CWE are numbers and points. */
export function compareCweVersions(a: string, b: string): number {
  const [ones, others] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(ones.length, others.length); i++) {
    const order = (ones[i] ?? 0) - (others[i] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** Whether a version came out after everything known here, so that nothing can be said of it. */
export function isLaterThanKnown(version: string): boolean {
  const newest = cweVersions.at(-1);
  return newest !== undefined && compareCweVersions(version, newest.version) > 0;
}

type Change = readonly [since: string, name?: string, flags?: string];

const usages: Readonly<Record<string, CweUsage>> = {
  A: 'allowed',
  R: 'allowed-with-review',
  D: 'discouraged',
  P: 'prohibited',
};
const places = new Map(cweVersions.map(({ version }, i) => [version, i]));
const weaknesses = new Map(
  data.weaknesses.map(([id, ...changes]) => [`CWE-${String(id)}`, changes as unknown as readonly Change[]]),
);
