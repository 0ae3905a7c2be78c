import type { Rule } from '../rule.ts';

const words = new Set(['after', 'all', 'before', 'earlier', 'later', 'prior', 'versions']);

export const rangeInVersion: Rule = {
  section: '6.1.31',
  name: 'range-in-version',
  versions: ['2.0', '2.1'],
  advice:
    '"{name}" is a range of versions, not one version; make the category product_version_range or name each version',
  check({ branches }, find) {
    for (const { branch, at } of branches) {
      const { category, name } = branch;
      if (category !== 'product_version' || !name) continue;
      // As whole words, as 2.1 says: 2.0 would take "Installer" for "all".
      if (
        /[<>]/.test(name) ||
        name
          .toLowerCase()
          .split(/\s+/)
          .some((word) => words.has(word))
      )
        find([at, 'name'], { name });
    }
  },
};
