import { compareDocumentVersions, type DocumentVersion } from '../document-version.ts';
import type { Rule } from '../rule.ts';

export const latestVersion: Rule = {
  section: '6.1.16',
  name: 'latest-version',
  versions: ['2.0', '2.1'],
  advice:
    'The document is version {version}, and the last entry of its revision history is {last}; make them the same',
  check({ tracking, documentVersion: version, sortedRevisions }, find) {
    const last = sortedRevisions.at(-1);
    if (!version || !last?.number) return;
    const draft = tracking.status === 'draft';
    if (!isSame(version, last.number, draft))
      find(['document', 'tracking', 'version'], { version: tracking.version!, last: last.revision.number! });
  },
};

function isSame(a: DocumentVersion, b: DocumentVersion, draft: boolean): boolean {
  const comparable = (version: DocumentVersion) => (draft ? { ...version, preRelease: [] } : version);
  return a.semantic === b.semantic && compareDocumentVersions(comparable(a), comparable(b)) === 0;
}
