import type { Rule } from '../rule.ts';

export const missingLanguage: Rule = {
  section: '6.2.12',
  name: 'missing-language',
  versions: ['2.0', '2.1'],
  advice: {
    missing: 'The document does not say in which language it is written; add it, such as en',
    empty: 'The field for the language of the document is empty; write it, such as en',
  },
  check({ document }, find) {
    const { lang } = document;
    if (!lang) find(['document', 'lang'], {}, lang === undefined ? 'missing' : 'empty');
  },
};
