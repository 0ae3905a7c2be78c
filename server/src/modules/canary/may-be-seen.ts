import type { Role } from '@busbar/contract';

/** A place is a table or `table.column`, and ` at ` the end of an address where it is seen by right there alone. */
type Seen = readonly [why: string, to: 'everybody' | readonly Role[], ...places: readonly string[]];

/** What others than its owner see by right, and why; nothing else. */
const list: readonly Seen[] = [
  ['published', 'everybody', 'published', 'published_file', 'signing_key'],
  ['where authorities take notices', 'everybody', 'authority'],
  [
    'published by vendors and others, and taken in',
    'everybody',
    'advisory',
    'advisory_version',
    'vulnerability_source',
  ],
  [
    'who takes part, for whoever does',
    ['ADM', 'ANA', 'GOV', 'LEAD', 'MAD', 'MEM', 'TRN', 'VEN'],
    'organisation.name',
    'organisation.country',
    'organisation.sectors',
  ],
  [
    'of whom the CERT and its administrator keep a list',
    ['ADM', 'ANA', 'LEAD'],
    'organisation',
    'person.name',
  ],
  ['handed to the CERT, to be published', ['ANA', 'LEAD'], 'publication_proposal'],
  [
    'asked for by the CERT',
    ['ANA', 'LEAD'],
    'consent.purpose',
    'consent.case_ref',
    'consent_step.person',
    'consent_step.reason',
  ],
  ['that there is a case', ['LEAD', 'ADM'], 'case.ref'],
  ['that there is a release, in the ledger', ['LEAD'], 'release.ref', 'release.version'],
  ['asked by an administrator, decided by a lead', ['LEAD', 'ADM'], 'break_glass'],
  ['who looked at what is theirs', ['MAD', 'MEM'], 'person.name at /accesses'],
  ['who looked at any case', ['LEAD'], 'audit_event at /accesses'],
];

/** @param where the path that was asked, without what was searched for */
export function mayBeSeen(place: string, roles: readonly Role[], where: string): boolean {
  return list.some(
    ([, to, ...places]) =>
      (to === 'everybody' || roles.some((role) => to.includes(role))) &&
      places.some((each) => {
        const [what, at] = each.split(' at ');
        return (what === place || what === place.split('.')[0]) && where.endsWith(at ?? '');
      }),
  );
}
