import type { Rule } from '../rule.ts';

export const preReleaseRevisions: Rule = {
  section: '6.1.19',
  name: 'pre-release-revisions',
  versions: ['2.0', '2.1'],
  advice:
    'Version {number} is a pre-release, which has no place in the revision history; remove the entry or the pre-release part',
  check({ revisions }, find) {
    for (const { number, revision, at } of revisions)
      if (number && number.preRelease.length > 0) find([at, 'number'], { number: revision.number! });
  },
};
