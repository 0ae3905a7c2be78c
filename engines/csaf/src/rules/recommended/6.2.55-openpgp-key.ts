import { keyUrlAt, missingKey, publisherKey } from '../openpgp.ts';
import type { Rule } from '../rule.ts';

export const openPgpKey: Rule = {
  section: '6.2.55',
  name: 'openpgp-key',
  versions: ['2.1'],
  advice: {
    form: 'What is found there is no OpenPGP key in ASCII armor; publish the public key as a text file',
    type: 'The OpenPGP key is delivered as {type}; have the server say application/pgp-keys',
    unusable:
      'Nobody can encrypt to this OpenPGP key: it is expired, revoked or made for signing only; publish another one',
  },
  missing: missingKey,
  check(subject, find, resources) {
    const key = publisherKey(subject, resources);
    if (!key) return;
    if (!key.armored) return find(keyUrlAt, {}, 'form');
    const [type = ''] = key.contentType.split(';', 1);
    if (type.trim().toLowerCase() !== 'application/pgp-keys') find(keyUrlAt, { type }, 'type');
    if (!key.encrypts) find(keyUrlAt, {}, 'unusable');
  },
};
