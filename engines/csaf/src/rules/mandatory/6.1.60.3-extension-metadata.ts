import { extensionLists, missingExtensions } from '../extensions.ts';
import type { Rule } from '../rule.ts';

export const extensionMetadata: Rule = {
  section: '6.1.60.3',
  name: 'extension-metadata',
  versions: ['2.1'],
  advice: {
    many: 'This extension may stand here {most} times at most ({schema}); remove it',
    incompatible: 'This extension may not stand in one document with {other}; remove one of the two',
  },
  missing: missingExtensions,
  check(subject, find, { extensionOf }) {
    const lists = [...extensionLists(subject)];
    const used = new Set(lists.flatMap(({ entries }) => entries.map(({ $schema }) => $schema ?? '')));
    for (const { entries, at, location } of lists) {
      const counts = new Map<string, number>();
      for (const [i, { $schema: schema = '' }] of entries.entries()) {
        const extension = extensionOf?.(schema);
        if (!extension) continue;
        const count = (counts.get(schema) ?? 0) + 1;
        counts.set(schema, count);
        const most = Object.hasOwn(extension.most, location) ? extension.most[location]! : 0;
        if (count > most) find([at, i], { most, schema }, 'many');
        const other = extension.incompatible.find((one) => used.has(one));
        if (other !== undefined) find([at, i], { other }, 'incompatible');
      }
    }
  },
};
