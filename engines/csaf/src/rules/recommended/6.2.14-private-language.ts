import type { Rule } from '../rule.ts';

export const privateLanguage: Rule = {
  section: '6.2.14',
  name: 'private-language',
  versions: ['2.0', '2.1'],
  advice:
    'The language {language} has a part for private use ({part}), which others cannot understand; remove it',
  check({ document }, find) {
    for (const field of ['lang', 'source_lang'] as const) {
      const language = document[field];
      const part = language && privatePart(language);
      if (part) find(['document', field], { language, part });
    }
  },
};

/** RFC 5646, sections 2.2.1 to 2.2.7: a language qaa–qtz, a script Qaaa–Qabx, a region AA, QM–QZ, XA–XZ, ZZ, or x-…. */
function privatePart(language: string): string | undefined {
  const subtags = language.split('-');
  for (const [i, subtag] of subtags.entries()) {
    if (/^x$/i.test(subtag)) return subtags.slice(i).join('-');
    if (subtag.length === 1 && i > 0) {
      // What an extension means is its own; only x may follow it.
      const x = subtags.findIndex((one, j) => j > i && /^x$/i.test(one));
      return x < 0 ? undefined : subtags.slice(x).join('-');
    }
    const isPrivate =
      i === 0
        ? /^q[a-t][a-z]$/i.test(subtag)
        : /^qa(?:[a-a][a-z]|b[a-x])$/i.test(subtag) || /^(?:aa|q[m-z]|x[a-z]|zz)$/i.test(subtag);
    if (isPrivate) return subtag;
  }
  return undefined;
}
