import { isForeign, translated } from '../language.ts';
import { titledNoteProblem } from '../notes.ts';
import { isReport } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const translatedReportNotes: Rule = {
  section: '6.2.39.6',
  name: 'translated-report-notes',
  versions: ['2.1'],
  advice:
    'A vulnerability report needs a note with the title “{summary}” (category summary) or “{description}” (category description) for each vulnerability; add it',
  missing: (subject) =>
    isReport(subject.document) && isForeign(subject) && !translated(subject, 'vulnerability_summary')
      ? 'translation'
      : undefined,
  check(subject, find) {
    if (!isReport(subject.document) || !isForeign(subject)) return;
    const summary = translated(subject, 'vulnerability_summary');
    const description = translated(subject, 'cve_description');
    if (summary === undefined || description === undefined) return;
    for (const [v, { notes = [] }] of subject.vulnerabilities.entries()) {
      const at = titledNoteProblem(notes, { summary, description });
      if (at) find(['vulnerabilities', v, 'notes', at], { summary, description });
    }
  },
};
