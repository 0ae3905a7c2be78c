import { isEnglish } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const supersedingReference: Rule = {
  section: '6.1.27.19',
  name: 'superseding-reference',
  versions: ['2.1'],
  advice:
    'A document that was superseded needs an external reference whose summary begins with "Superseding Document"; add it',
  check({ document: { category, lang, references = [] } }, find) {
    if (category !== 'csaf_superseded' || !isEnglish(lang)) return;
    const refers = references.some(
      (reference) =>
        reference.category === 'external' && reference.summary?.startsWith('Superseding Document'),
    );
    if (!refers) find(['document', 'references']);
  },
};
