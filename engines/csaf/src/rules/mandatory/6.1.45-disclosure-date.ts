import { laterThanNewest } from '../release-dates.ts';
import type { Rule } from '../rule.ts';

export const disclosureDate: Rule = {
  section: '6.1.45',
  name: 'disclosure-date',
  versions: ['2.1'],
  advice:
    'The document is public, and the vulnerability is to be disclosed only at {date}, after the newest revision ({newest}); correct one of the dates',
  check(subject, find) {
    if (subject.document.distribution?.tlp?.label !== 'CLEAR') return;
    const isLater = laterThanNewest(subject);
    for (const [v, { disclosure_date: date }] of subject.vulnerabilities.entries()) {
      const newest = isLater(date);
      if (newest) find(['vulnerabilities', v, 'disclosure_date'], { date: date!, newest });
    }
  },
};
