import { isReport } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const reportTlpLabel: Rule = {
  section: '6.2.39.9',
  name: 'report-tlp-label',
  versions: ['2.1'],
  advice:
    'A vulnerability report is usually TLP:AMBER, and this one is {label}; keep that only if there is a reason',
  check({ document }, find) {
    const label = document.distribution?.tlp?.label;
    if (isReport(document) && label !== undefined && label !== 'AMBER')
      find(['document', 'distribution', 'tlp', 'label'], { label });
  },
};
