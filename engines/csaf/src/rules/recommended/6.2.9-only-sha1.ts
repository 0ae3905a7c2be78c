import type { Rule } from '../rule.ts';
import { findOnlyHash } from '../weak-hashes.ts';

export const onlySha1: Rule = {
  section: '6.2.9',
  name: 'only-sha1',
  versions: ['2.0', '2.1'],
  advice: 'The file {file} has only a SHA-1 hash, which can be forged; add a SHA-256 or stronger one',
  check(subject, find) {
    findOnlyHash(subject, 'sha1', find);
  },
};
