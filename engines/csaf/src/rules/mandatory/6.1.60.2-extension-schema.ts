import { extensionLists, missingExtensions } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const extensionSchema: Rule = {
  section: '6.1.60.2',
  name: 'extension-schema',
  versions: ['2.1'],
  advice: 'This extension is not as its own schema has it ({schema}); correct it',
  missing: missingExtensions,
  check(subject, find, { extensionOf }) {
    for (const { entries, at } of extensionLists(subject)) {
      for (const [i, entry] of entries.entries()) {
        const schema = entry.$schema ?? '';
        const extension = extensionOf?.(schema);
        if (extension && !extension.accepts(entry)) find([at, i], { schema });
      }
    }
  },
};
