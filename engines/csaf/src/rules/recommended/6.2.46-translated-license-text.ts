import { isForeign, translated } from '../language.ts';
import { licensesOf } from '../licenses.ts';
import { noteProblem } from '../notes.ts';
import type { Resources, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export const translatedLicenseText: Rule = {
  section: '6.2.46',
  name: 'translated-license-text',
  versions: ['2.1'],
  advice:
    'The license {license} is in no public list; its text needs exactly one note with the title "{title}", of category legal_disclaimer',
  missing: (subject, resources) =>
    isForeign(subject) && unlisted(subject, resources) && !translated(subject, 'license')
      ? 'translation'
      : undefined,
  check(subject, find, resources) {
    const title = isForeign(subject) && translated(subject, 'license');
    const license = unlisted(subject, resources);
    if (!title || !license) return;
    const at = noteProblem(subject.document.notes ?? [], title, 'legal_disclaimer');
    if (at) find(at, { license, title });
  },
};

function unlisted(subject: Subject, resources: Resources): string | undefined {
  return licensesOf(subject, resources).find(({ status }) => status === 'unlisted' || status === 'unknown')
    ?.id;
}
