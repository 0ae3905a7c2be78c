import { licenceParts, licenceStatus } from '../../licences/licence-expression.ts';
import { isForeign, translated } from '../language.ts';
import type { Resources, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export const translatedLicenceText: Rule = {
  section: '6.2.46',
  name: 'translated-licence-text',
  versions: ['2.1'],
  advice:
    'Exactly one note of the category legal_disclaimer must have the title “{title}”; write the text of the licence there',
  missing: (subject, resources) =>
    isForeign(subject) && hasUnlisted(subject, resources) && translated(subject, 'license') === undefined
      ? 'translation'
      : undefined,
  check(subject, find, resources) {
    const title = isForeign(subject) && translated(subject, 'license');
    if (!title || !hasUnlisted(subject, resources)) return;
    const found = (subject.document.notes ?? []).filter((note) => note.title === title);
    if (found.length !== 1 || found[0]!.category !== 'legal_disclaimer')
      find(['document', 'notes'], { title });
  },
};

/** Whether a licence is named that is in neither list; licences of ScanCode count as listed when nobody can say. */
function hasUnlisted({ document }: Subject, { scancodeLicences }: Resources): boolean {
  return licenceParts(document.license_expression ?? '').some((part) => {
    const status = licenceStatus(part, scancodeLicences);
    return status === 'unknown' || (status === undefined && !part.id.startsWith('LicenseRef-scancode-'));
  });
}
