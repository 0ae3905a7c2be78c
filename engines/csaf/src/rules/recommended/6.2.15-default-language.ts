import type { Rule } from '../rule.ts';

export const defaultLanguage: Rule = {
  section: '6.2.15',
  name: 'default-language',
  versions: ['2.0', '2.1'],
  advice:
    'The language i-default says nothing about the text; write in which language it is, or remove the field',
  check({ document }, find) {
    for (const field of ['lang', 'source_lang'] as const)
      if (document[field]?.toLowerCase() === 'i-default') find(['document', field]);
  },
};
