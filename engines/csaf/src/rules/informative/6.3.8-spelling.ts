import type { Rule } from '../rule.ts';
import { textsOf } from '../texts.ts';

export const spelling: Rule = {
  section: '6.3.8',
  name: 'spelling',
  versions: ['2.0', '2.1'],
  advice: {
    words: 'Misspelt, or unknown to the dictionary: {words}; correct it',
    language:
      'There is no dictionary for the language {language}; let somebody who knows it read the document',
  },
  needs: ['misspelt'],
  check(subject, find, { misspelt }) {
    const { lang } = subject.document;
    if (!lang) return;
    for (const { text, at } of textsOf(subject)) {
      const words = misspelt?.(text, lang);
      if (words === undefined) return find(['document', 'lang'], { language: lang }, 'language');
      if (words.length > 0) find(at, { words: words.slice(0, 20).join(', ') }, 'words');
    }
  },
};
