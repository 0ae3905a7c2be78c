import type { Rule } from '../rule.ts';

/** In 2.1 the schema asks for it. */
export const missingTlpLabel: Rule = {
  section: '6.2.10',
  name: 'missing-tlp-label',
  versions: ['2.0'],
  advice: 'The document has no TLP label; say with whom it may be shared',
  check({ document }, find) {
    if (document.distribution?.tlp?.label === undefined) find(['document', 'distribution', 'tlp', 'label']);
  },
};
