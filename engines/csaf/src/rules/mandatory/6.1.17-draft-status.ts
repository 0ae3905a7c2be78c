import { isInitial } from '../document-version.ts';
import type { Rule } from '../rule.ts';

export const draftStatus: Rule = {
  section: '6.1.17',
  name: 'draft-status',
  versions: ['2.0', '2.1'],
  advice: 'Version {version} is not released yet, so the status must be draft, not {status}',
  check({ tracking: { version: text, status }, documentVersion: version }, find) {
    if (!version || !status || status === 'draft') return;
    if (isInitial(version) || version.preRelease.length > 0)
      find(['document', 'tracking', 'status'], { version: text!, status });
  },
};
