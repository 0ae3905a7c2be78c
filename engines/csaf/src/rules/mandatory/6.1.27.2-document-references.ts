import type { Rule } from '../rule.ts';

export const documentReferences: Rule = {
  section: '6.1.27.2',
  name: 'document-references',
  versions: ['2.0', '2.1'],
  advice: 'A document of this category needs a reference to an external source; add one',
  check({ document: { category = '', references = [] } }, find) {
    if (category !== 'csaf_informational_advisory' && category !== 'csaf_security_incident_response') return;
    // A reference that does not say what it is, is external (section 3.1.10, in 2.1 3.1.17).
    if (!references.some((reference) => (reference.category ?? 'external') === 'external'))
      find(['document', 'references']);
  },
};
