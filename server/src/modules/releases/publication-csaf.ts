import { type Language, type PublicationSnapshot, type Tlp, withOperation } from '@busbar/contract';
import {
  type AdvisoryDraft,
  cweVersions,
  type DraftRemediation,
  type DraftScore,
  fileName,
  parseVector,
  scoresOf,
  severityOf,
  weakness,
  writeAdvisory,
} from '@busbar/csaf';

import { plainOf } from '../../platform/markdown-blocks.ts';
import type { File } from './snapshot.ts';

export interface Frame {
  readonly publisher: AdvisoryDraft['publisher'];
  /** Where a file of a release can be had, in full. */
  addressOf(name: string, label: Tlp): string;
  /** Its versions that went out before, oldest first. */
  readonly before: readonly { readonly version: number; readonly at: string; readonly note: string }[];
  /** RFC 3339. */
  readonly now: string;
}

/** The CSAF documents of a publication, one a version of CSAF. RED is for people by name and is no file. */
export function documentsOf(frozen: PublicationSnapshot, frame: Frame): File[] {
  const profile = profileOf(frozen);
  if (!profile || frozen.label === 'RED') return [];
  const year = (frame.before[0]?.at ?? frame.now).slice(0, 4);
  return (['2.0', '2.1'] as const).map((csaf) => {
    const name = `csaf/${csaf}/${year}/${fileName(frozen.ref)}`;
    const address = frame.addressOf(name, frozen.label);
    // Texts may be Markdown since CSAF 2.1 (section 5.4); readers of 2.0 show them as they stand.
    const draft = draftOf(frozen, frame, address, csaf === '2.0' ? plainOf : (text) => text);
    return {
      name,
      type: 'application/json',
      bytes: Buffer.from(`${JSON.stringify(writeAdvisory({ ...draft, profile, csaf }), null, 2)}\n`),
    };
  });
}

function profileOf({
  kind,
  products,
  vulnerabilities,
}: PublicationSnapshot): AdvisoryDraft['profile'] | undefined {
  if (kind === 'advisory' && products.length > 0 && vulnerabilities.length > 0) return 'securityAdvisory';
  if (kind === 'earlyWarning' || kind === 'advisory') return 'informational';
  return undefined;
}

function draftOf(
  frozen: PublicationSnapshot,
  { publisher, before, now }: Frame,
  address: string,
  worded: (markdown: string) => string,
): AdvisoryDraft {
  const { title, summary, blocks } = frozen.languages[frozen.language]!;
  const contents = blocks.map(({ content }) => content);
  const having = (status: string) =>
    frozen.products.filter((one) => one.status === status).map(({ id }) => id);
  const affected = having('affected');
  return {
    id: frozen.ref,
    title,
    version: String(before.length + 1),
    status: 'final',
    language: frozen.language,
    tlp: frozen.label,
    published: before[0]?.at ?? now,
    updated: now,
    revisions: [
      ...before.map(({ at, note }, place) => ({
        number: String(place + 1),
        date: at,
        summary: note || 'Published.',
      })),
      { number: String(before.length + 1), date: now, summary: frozen.changeNote || 'Published.' },
    ],
    generator: { name: 'Busbar' },
    publisher,
    summary: worded(summary) || title,
    notes: contents.flatMap((content) => {
      if (content.kind !== 'impact' && content.kind !== 'detection' && content.kind !== 'section') return [];
      const text = worded(content.text);
      return text ? [{ category: 'general' as const, title: content.heading || content.kind, text }] : [];
    }),
    acknowledgements: contents.flatMap((content) =>
      content.kind === 'acknowledgement' && (content.heading || content.text)
        ? [{ summary: worded(content.text) || content.heading }]
        : [],
    ),
    products: frozen.products.map(({ id, vendor, product, range, orderNumbers }) => ({
      key: id,
      vendor,
      name: product,
      range: range || '*',
      ...(orderNumbers.length > 0 && { orderNumbers }),
    })),
    vulnerabilities: frozen.vulnerabilities.map((one) => ({
      ...(one.cve && { cve: one.cve }),
      title: one.title || one.cve || title,
      description: worded(one.text || summary) || title,
      ...weaknessIn(one.cwe),
      scores: affected.length > 0 ? one.vectors.flatMap(scoreOf) : [],
      affected,
      fixed: having('fixed'),
      notAffected: having('notAffected'),
      underInvestigation: having('underInvestigation'),
      remediations: affected.length > 0 ? remediesIn(contents, frozen.language, worded) : [],
    })),
    references: [
      {
        summary: 'This advisory',
        url: address,
        self: true,
      },
      ...frozen.references
        .filter(({ url }) => url)
        .map(({ title: name, url }) => ({ summary: name || url, url })),
    ],
  };
}

function weaknessIn(id: string): Pick<AdvisoryDraft['vulnerabilities'][number], 'cwe'> {
  const known = weakness(id);
  return known ? { cwe: { id: known.id, name: known.name, version: cweVersions.at(-1)!.version } } : {};
}

function scoreOf(vector: string): DraftScore[] {
  const read = parseVector(vector).vector;
  if (!read) return [];
  const score = scoresOf(read).base;
  return [{ vector, score, severity: severityOf(score, read.version) }];
}

/** CSAF has no field for what can be done while the plant runs, nor for whom it is: both are words of the text. */
function remediesIn(
  contents: readonly PublicationContent[],
  language: Language,
  worded: (markdown: string) => string,
): DraftRemediation[] {
  return contents.flatMap((content): DraftRemediation[] => {
    const text =
      ('text' in content && worded(content.text)) || ('heading' in content && content.heading) || '';
    if (!text) return [];
    if (content.kind === 'mitigation')
      return [{ category: 'mitigation', text: withOperation(language, text, content) }];
    if (content.kind === 'fix')
      return [{ category: 'vendor_fix', text, ...(content.url && { url: content.url }) }];
    return [];
  });
}

type PublicationContent = NonNullable<PublicationSnapshot['languages']['en']>['blocks'][number]['content'];
