import type { Rule } from '../rule.ts';
import { textsOf } from '../texts.ts';

export const grammar: Rule = {
  section: '6.3.16',
  name: 'grammar',
  versions: ['2.1'],
  advice: {
    mistakes: 'The grammar may be wrong here: {mistakes}; correct it',
    language:
      'Nothing checks the grammar of the language {language}; let somebody who knows it read the document',
  },
  needs: ['ungrammatical'],
  check(subject, find, { ungrammatical }) {
    const { lang } = subject.document;
    if (!lang) return;
    for (const { text, at, is } of textsOf(subject)) {
      if (is !== 'sentence') continue;
      const mistakes = ungrammatical?.(text, lang);
      if (mistakes === undefined) return find(['document', 'lang'], { language: lang }, 'language');
      if (mistakes.length > 0) find(at, { mistakes: mistakes.slice(0, 20).join(' ') }, 'mistakes');
    }
  },
};
