import { unknownSubtag } from '../language-tag.ts';
import type { Rule } from '../rule.ts';
import { language } from '../shape/forms.ts';

export const unknownLanguage: Rule = {
  section: '6.1.12',
  name: 'unknown-language',
  versions: ['2.0', '2.1'],
  advice:
    'The language {language} does not exist: {subtag} is not registered there; write a code such as en or zh-CN',
  check({ document }, find) {
    for (const field of ['lang', 'source_lang'] as const) {
      const tag = document[field];
      if (tag === undefined || tag === '') continue;
      const subtag = language.test(tag) ? unknownSubtag(tag) : tag;
      if (subtag !== undefined) find(['document', field], { language: tag, subtag });
    }
  },
};
