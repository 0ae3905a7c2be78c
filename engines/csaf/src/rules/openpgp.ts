import type { Missing, OpenPgpKey, Resources } from './rule.ts';
import type { Subject } from './subject.ts';

/** Where the document says that the key of its publisher is. */
export const keyUrlAt = ['document', 'publisher', 'contact', 'public_openpgp_key_url'];

/** The key of the publisher; undefined where none is stated or nobody got an answer. */
export function publisherKey({ document }: Subject, { openPgpKeyAt }: Resources): OpenPgpKey | undefined {
  const url = document.publisher?.contact?.public_openpgp_key_url;
  return url === undefined ? undefined : openPgpKeyAt?.(url);
}

/** Only a document with such a URL needs somebody who has asked for it. */
export function missingKey({ document }: Subject, { openPgpKeyAt }: Resources): Missing | undefined {
  const url = document.publisher?.contact?.public_openpgp_key_url;
  return url !== undefined && !openPgpKeyAt ? 'openPgpKeyAt' : undefined;
}
