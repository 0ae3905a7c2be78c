import type { Rule } from '../rule.ts';

export const translatorWithoutSource: Rule = {
  section: '6.1.15',
  name: 'translator-without-source-language',
  versions: ['2.0', '2.1'],
  advice:
    'A translator publishes this, and the language it was translated from is missing; state it in source_lang',
  check({ document }, find) {
    if (document.publisher?.category === 'translator' && !document.source_lang)
      find(['document', 'source_lang']);
  },
};
