import { canonicalUrls, fileName } from '../file-name.ts';
import type { Rule } from '../rule.ts';

export const missingCanonicalUrl: Rule = {
  section: '6.2.11',
  name: 'missing-canonical-url',
  versions: ['2.0', '2.1'],
  advice:
    'No reference to itself has a https URL that ends with {file}; add where the document will be found',
  check(subject, find) {
    const { id } = subject.tracking;
    if (canonicalUrls(subject).length === 0)
      find(['document', 'references'], { file: id === undefined ? '….json' : fileName(id) });
  },
};
