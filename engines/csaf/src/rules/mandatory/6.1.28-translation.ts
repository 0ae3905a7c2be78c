import type { Rule } from '../rule.ts';

export const translation: Rule = {
  section: '6.1.28',
  name: 'translation',
  versions: ['2.0', '2.1'],
  advice:
    'The document is in {language} and says that it was translated from it; correct one of the two or remove source_lang',
  check({ document: { lang, source_lang: source } }, find) {
    if (lang && source && lang.toLowerCase() === source.toLowerCase())
      find(['document', 'source_lang'], { language: lang });
  },
};
