import { compareCweVersions, cweVersions, isLaterThanKnown } from '../../cwe/cwe.ts';
import type { Rule } from '../rule.ts';

export const oldCweVersion: Rule = {
  section: '6.2.24',
  name: 'old-cwe-version',
  versions: ['2.1'],
  advice: 'Version {version} of the CWE was not the latest one when the document was revised; use {latest}',
  check(subject, find) {
    const revised = subject.sortedRevisions.findLast(({ instant }) => instant !== undefined)?.instant;
    if (revised === undefined) return;
    const place = cweVersions.findLastIndex(({ date }) => Date.parse(date) <= revised);
    const latest = cweVersions[place]?.version;
    if (latest === undefined) return;
    for (const { cwe, at } of subject.cwes) {
      const { version } = cwe;
      if (version === undefined) continue;
      // Perhaps it came out after this program did.
      if (isLaterThanKnown(version) && place === cweVersions.length - 1) continue;
      if (compareCweVersions(version, latest) !== 0) find(at, { version, latest });
    }
  },
};
