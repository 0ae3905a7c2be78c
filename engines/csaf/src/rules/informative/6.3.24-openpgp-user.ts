import { keyUrlAt, missingKey, publisherKey } from '../openpgp.ts';
import type { Rule } from '../rule.ts';

export const openPgpUser: Rule = {
  section: '6.3.24',
  name: 'openpgp-user',
  versions: ['2.1'],
  advice: {
    none: 'The OpenPGP key names no user; add the address {email} unless there is a reason not to',
    other:
      'The OpenPGP key is not made out to {email}; add the address to it unless there is a reason not to',
  },
  missing: missingKey,
  check(subject, find, resources) {
    const email = subject.document.publisher?.contact?.email;
    const key = publisherKey(subject, resources);
    if (!key?.armored || email === undefined) return;
    if (key.emails.length === 0) find(keyUrlAt, { email }, 'none');
    else if (!key.emails.some((one) => one.toLowerCase() === email.toLowerCase()))
      find(keyUrlAt, { email }, 'other');
  },
};
