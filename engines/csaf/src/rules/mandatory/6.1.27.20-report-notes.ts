import { summaryTitles, titledNoteProblem } from '../notes.ts';
import { isEnglish, isReport } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const reportNotes: Rule = {
  section: '6.1.27.20',
  name: 'report-notes',
  versions: ['2.1'],
  advice:
    'A vulnerability report needs a note with the title “Vulnerability Summary” (category summary) or “CVE Description” (category description) for each vulnerability; add it',
  check({ document, vulnerabilities }, find) {
    if (!isReport(document) || !isEnglish(document.lang)) return;
    for (const [v, { notes = [] }] of vulnerabilities.entries()) {
      const at = titledNoteProblem(notes, summaryTitles);
      if (at) find(['vulnerabilities', v, 'notes', at]);
    }
  },
};
