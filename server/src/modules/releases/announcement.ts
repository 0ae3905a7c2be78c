import { type CsafDocument, read, severityOf } from '@busbar/csaf';

import type { Announcement, Severity } from '../deliveries/delivery-service.ts';
import { pagesIn } from './artefacts.ts';
import type { ReleaseRow } from './release-store.ts';
import type { File } from './snapshot.ts';

/**
 * What mail and webhooks tell of a release. All of it is worked out from files that were frozen, checked and approved:
 * nothing else of a subject can leave this way. Of a later version readers get what is new, and the rest on its page.
 */
export function announcementOf(
  row: ReleaseRow,
  files: readonly File[],
  summary: string,
  isFirst: boolean,
): Announcement {
  const pages = pagesIn(files);
  const document = documentIn(files);
  const news = isFirst ? undefined : document?.tracking.revisions.at(-1)?.summary;
  return {
    release: {
      id: row.id,
      owner: row.owner_id,
      label: row.label,
      scope: row.scope,
      audience: row.audience,
    },
    about: {
      kind: row.kind,
      ref: row.ref,
      version: row.version,
      vendors: [...new Set(document?.products.flatMap(({ vendor }) => vendor ?? []) ?? [])].slice(0, 100),
      severity: severityIn(document),
      original: row.facts.languages[0]!,
      summary: summary.slice(0, 2000),
    },
    texts: Object.fromEntries(
      pages.map((page) => [
        page.language,
        {
          subject: page.title,
          text: [`${row.ref} (${row.version})`, news, page.summary, ...(isFirst ? [page.body] : [])]
            .filter(Boolean)
            .join('\n\n')
            .slice(0, 100_000),
        },
      ]),
    ),
  };
}

function documentIn(files: readonly File[]): CsafDocument | undefined {
  const file = files.find(({ name }) => name.startsWith('csaf/'));
  const reading = file && read(Buffer.from(file.bytes).toString('utf8'));
  return reading?.ok ? reading.document : undefined;
}

/** By the scale of CVSS 3 and 4, whichever version a score is of. */
function severityIn(document: CsafDocument | undefined): Severity | null {
  const scores = (document?.vulnerabilities ?? []).flatMap((one) =>
    one.scores.flatMap(({ base }) => (base === undefined ? [] : [base])),
  );
  return scores.length > 0 ? (severityOf(Math.max(...scores), '3.1').toLowerCase() as Severity) : null;
}
