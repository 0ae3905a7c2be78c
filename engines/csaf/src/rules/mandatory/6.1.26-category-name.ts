import { profiles } from '../profiles.ts';
import type { Rule } from '../rule.ts';

export const categoryName: Rule = {
  section: '6.1.26',
  name: 'category-name',
  versions: ['2.0', '2.1'],
  advice:
    'The category {category} looks like a profile of CSAF and is none; write the profile exactly or choose another name',
  check({ document: { category }, version }, find) {
    if (!category || category === 'csaf_base' || profiles[version].includes(category)) return;
    const name = squeeze(category);
    const taken = profiles[version].some((profile) =>
      [squeeze(profile), squeeze(profile.slice(5))].includes(name),
    );
    if (taken || category.toLowerCase().startsWith('csaf_')) find(['document', 'category'], { category });
  },
};

/** Without white space, dashes and underscores of any script, in lower case. */
function squeeze(text: string): string {
  return text.replaceAll(/[\s\p{Dash}\p{Pc}\u00ad]|\u0332/gu, '').toLowerCase();
}
