import type { Rule } from '../rule.ts';

const telling = ['description', 'details', 'general', 'summary'];

export const documentNotes: Rule = {
  section: '6.1.27.1',
  name: 'document-notes',
  versions: ['2.0', '2.1'],
  advice: 'A document of this category needs a note that describes, details or summarises it; add one',
  check({ document: { category = '', notes = [] } }, find) {
    if (category !== 'csaf_informational_advisory' && category !== 'csaf_security_incident_response') return;
    if (!notes.some((note) => telling.includes(note.category ?? ''))) find(['document', 'notes']);
  },
};
