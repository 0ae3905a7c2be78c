import type { Rule } from '../rule.ts';
import { findOnlyHash } from '../weak-hashes.ts';

export const onlyMd5: Rule = {
  section: '6.2.8',
  name: 'only-md5',
  versions: ['2.0', '2.1'],
  advice: 'The file {file} has only an MD5 hash, which can be forged; add a SHA-256 or stronger one',
  check(subject, find) {
    findOnlyHash(subject, 'md5', find);
  },
};
