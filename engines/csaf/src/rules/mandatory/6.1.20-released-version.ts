import type { Rule } from '../rule.ts';

export const releasedVersion: Rule = {
  section: '6.1.20',
  name: 'released-version',
  versions: ['2.0', '2.1'],
  advice: 'The document is {status}, and its version {version} has a pre-release part; remove it',
  check({ tracking: { status, version: text }, documentVersion: version }, find) {
    if (status !== 'final' && status !== 'interim') return;
    if (version && version.preRelease.length > 0)
      find(['document', 'tracking', 'version'], { status, version: text! });
  },
};
