import type { Rule } from '../rule.ts';

export const missingLanguage: Rule = {
  section: '6.2.12',
  name: 'missing-language',
  versions: ['2.0', '2.1'],
  advice: 'The language of the document is {state}; say in which language it is written, such as en',
  check({ document }, find) {
    if (!document.lang)
      find(['document', 'lang'], { state: document.lang === undefined ? 'missing' : 'empty' });
  },
};
