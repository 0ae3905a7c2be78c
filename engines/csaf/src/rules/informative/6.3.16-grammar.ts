import type { Rule } from '../rule.ts';
import { textsOf } from '../texts.ts';

export const grammar: Rule = {
  section: '6.3.16',
  name: 'grammar',
  versions: ['2.1'],
  advice: 'The grammar may be wrong here: {mistakes}; correct it',
  needs: ['ungrammatical'],
  check(subject, find, { ungrammatical }) {
    const { lang } = subject.document;
    if (!lang) return;
    for (const { text, at, is } of textsOf(subject)) {
      if (is !== 'sentence') continue;
      const mistakes = ungrammatical?.(text, lang);
      if (mistakes === undefined) return find(['document', 'lang'], { mistakes: lang });
      if (mistakes.length > 0) find(at, { mistakes: mistakes.slice(0, 20).join(' ') });
    }
  },
};
