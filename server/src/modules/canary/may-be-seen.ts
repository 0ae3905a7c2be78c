import type { Role } from '@busbar/contract';

type Seen = readonly [why: string, to: 'everybody' | readonly Role[], ...places: readonly string[]];

/** What others than its owner see by right, and why; nothing else. */
const list: readonly Seen[] = [
  ['published', 'everybody', 'published', 'published_file', 'signing_key'],
  [
    'what vendors and others published, as it was taken in',
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
  ],
  [
    'of whom the CERT or its administrator keeps a list',
    ['ADM', 'ANA', 'LEAD'],
    'organisation',
    'person.name',
  ],
  ['handed to the CERT, to be published', ['ANA', 'LEAD'], 'publication_proposal'],
  ['that there is a case, for whoever may join it', ['LEAD'], 'case.ref'],
];

export function mayBeSeen(place: string, roles: readonly Role[]): boolean {
  return list.some(
    ([, to, ...places]) =>
      (places.includes(place) || places.includes(place.split('.')[0]!)) &&
      (to === 'everybody' || roles.some((role) => to.includes(role))),
  );
}
