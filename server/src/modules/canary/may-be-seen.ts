import type { Role } from '@busbar/contract';

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
];

export function mayBeSeen(place: string, roles: readonly Role[]): boolean {
  return list.some(
    ([, to, ...places]) =>
      (places.includes(place) || places.includes(place.split('.')[0]!)) &&
      (to === 'everybody' || roles.some((role) => to.includes(role))),
  );
}
