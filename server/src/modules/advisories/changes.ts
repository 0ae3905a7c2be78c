import { gunzipSync } from 'node:zlib';

import type { AdvisoryChanges } from '@busbar/contract';
import { changeInEnglish, diff, read } from '@busbar/csaf';

import { plain } from '../../platform/plain-text.ts';
import type { EarlierVersion } from './advisory-store.ts';

/** Whoever reads so many reads the document instead. */
const mostListed = 200;

/** What a document says that its version before did not. */
export function changesSince(before: EarlierVersion | undefined, text: string): AdvisoryChanges {
  const none: AdvisoryChanges = { since: null, matters: false, changes: [], more: 0 };
  if (!before) return none;
  const [earlier, now] = [read(gunzipSync(before.document).toString('utf8')), read(text)];
  if (!earlier.ok || !now.ok) return none;
  const { changes, matters } = diff(earlier.document, now.document);
  return {
    since: { version: before.version, receivedAt: before.receivedAt.toISOString() },
    matters,
    changes: changes.slice(0, mostListed).map((change) => ({
      matters: change.matters,
      told: { code: change.code, params: change.params, text: plain(changeInEnglish(change)) },
    })),
    more: Math.max(0, changes.length - mostListed),
  };
}
