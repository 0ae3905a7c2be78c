import type { BlockContent, PublicationSnapshot, SnapshotText, Tlp } from '@busbar/contract';
import { type AdvisoryDraft, writeAdvisory } from '@busbar/csaf';

import type { Db } from '../../platform/database.ts';
import { conflict } from '../../platform/problem.ts';
import type { PublicationService } from '../publications/publication-service.ts';
import { fileName } from './artefacts.ts';
import type { File, Snapshot, Standing, Subject } from './snapshot.ts';

export interface PublicationNeeds {
  readonly publications: PublicationService;
  /** Who publishes, as CSAF names him. */
  publisher(tx: Db): Promise<AdvisoryDraft['publisher']>;
  /** Which of these claims two people have not checked, and on which they disagree, in words. */
  claims(tx: Db, ids: readonly string[]): Promise<Standing['claims']>;
  /** What is wrong with a CSAF document. */
  validate(document: unknown, name: string): Snapshot['validator'];
}

/** A publication leaves when somebody has checked it; its text was closed by then, and stays closed. */
export function publicationSubject({ publications, publisher, claims, validate }: PublicationNeeds): Subject {
  return {
    kind: 'publication',

    async snapshot(tx, id): Promise<Snapshot> {
      const { state, hands } = await publications.standing(tx, id);
      if (!['checked', 'inTranslation'].includes(state))
        throw conflict(
          'publication-not-checked',
          `It is ${state}. It goes to the release gate when somebody who did not write it has checked it`,
          { state },
        );
      const frozen = await publications.snapshot(tx, id);
      const files = documentsOf(frozen, await publisher(tx));
      return {
        kind: frozen.kind,
        ref: frozen.ref,
        version: String(frozen.version),
        title: original(frozen).title,
        label: frozen.label,
        scope: frozen.scope,
        audience: frozen.audience,
        authors: hands.filter(({ part }) => part === 'author').map(({ person_id }) => person_id),
        texts: textsOf(frozen),
        files,
        parts: [],
        validator: files.flatMap(({ name, bytes }) =>
          validate(JSON.parse(Buffer.from(bytes).toString()), name),
        ),
        claims: await claims(tx, claimsOf(frozen)),
        embargoUntil: null,
      };
    },

    async standing(tx, id): Promise<Standing> {
      return { claims: await claims(tx, claimsOf(await publications.snapshot(tx, id))), embargoUntil: null };
    },

    async approved(tx, id, person, at) {
      await publications.follow(tx, id, 'approved', { person });
      if (at) await publications.follow(tx, id, 'scheduled', { person, at });
    },
    held: (tx, id, person, reason) => publications.follow(tx, id, 'checked', { person, reason }),
    released: (tx, id) => publications.follow(tx, id, 'published', { person: null }),
    recalled: (tx, id, person, reason) => publications.recalled(tx, id, person, reason),
  };
}

const original = (frozen: PublicationSnapshot): SnapshotText => frozen.languages[frozen.language]!;

const claimsOf = ({ products, vulnerabilities }: PublicationSnapshot): string[] => [
  ...new Set([
    ...products.flatMap(({ claim }) => (claim ? [claim] : [])),
    ...vulnerabilities.flatMap(({ claims }) => claims),
  ]),
];

/** The original first, then its translations. */
function textsOf(frozen: PublicationSnapshot): Snapshot['texts'] {
  const languages = Object.entries(frozen.languages).sort(
    ([a], [b]) => Number(b === frozen.language) - Number(a === frozen.language),
  );
  return languages.map(([language, { title, summary, blocks, translatedFrom, staleSince }]) => ({
    language,
    title,
    summary,
    body: blocks
      .map(({ content }) => markdownOf(content))
      .filter(Boolean)
      .join('\n\n'),
    basedOn: staleSince ? String(translatedFrom) : null,
  }));
}

/** A block as its readers read it. Title and summary stand above the text already. */
function markdownOf(content: BlockContent): string {
  if (content.kind === 'title' || content.kind === 'summary') return '';
  const heading = content.heading && `## ${content.heading}`;
  return [heading, factsIn(content), content.text].filter(Boolean).join('\n\n');
}

function factsIn(content: BlockContent): string {
  switch (content.kind) {
    case 'product':
      return [
        `**${[content.vendor, content.product].filter(Boolean).join(' ')}**`,
        content.range && `\`${content.range}\``,
      ]
        .filter(Boolean)
        .join(' ');
    case 'vulnerability':
      return [content.cve, content.cwe, ...content.vectors.map((vector) => `\`${vector}\``)]
        .filter(Boolean)
        .join(' · ');
    case 'fix':
    case 'reference':
      return content.url && `<${content.url}>`;
    default:
      return '';
  }
}

/** The CSAF documents of a publication that has products and vulnerabilities to tell of. */
function documentsOf(frozen: PublicationSnapshot, publisher: AdvisoryDraft['publisher']): File[] {
  if (frozen.kind !== 'advisory' || frozen.label === 'RED') return [];
  const year = new Date().getUTCFullYear();
  const file = (version: string, document: unknown): File => ({
    name: `csaf/${version}/${yearOf(document) ?? year}/${fileName(frozen.ref)}.json`,
    type: 'application/json',
    bytes: Buffer.from(`${JSON.stringify(document, null, 2)}\n`),
  });
  const csaf20 =
    frozen.csaf20 ?? (frozen.products.length > 0 ? writeAdvisory(draftOf(frozen, publisher)) : undefined);
  return [...(csaf20 ? [file('2.0', csaf20)] : []), ...(frozen.csaf21 ? [file('2.1', frozen.csaf21)] : [])];
}

function yearOf(document: unknown): string | undefined {
  const { document: { tracking } = {} } = document as {
    document?: { tracking?: { initial_release_date?: string } };
  };
  return tracking?.initial_release_date?.slice(0, 4);
}

type Remediations = NonNullable<AdvisoryDraft['vulnerabilities'][number]['remediations']>;

function draftOf(frozen: PublicationSnapshot, publisher: AdvisoryDraft['publisher']): AdvisoryDraft {
  const { title, summary, blocks } = original(frozen);
  const contents = blocks.map(({ content }) => content);
  const having = (...statuses: string[]) =>
    frozen.products.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
  return {
    id: frozen.ref,
    title,
    version: String(frozen.version),
    language: frozen.language,
    tlp: frozen.label as Exclude<Tlp, 'RED'>,
    published: new Date().toISOString(),
    publisher,
    summary,
    products: frozen.products.map(({ id, vendor, product, range, orderNumbers }) => ({
      key: id,
      vendor,
      name: product,
      range: range || '*',
      orderNumbers,
    })),
    vulnerabilities: frozen.vulnerabilities.map((one) => ({
      ...(one.cve && { cve: one.cve }),
      title: one.title,
      description: one.text || summary,
      affected: having('affected'),
      fixed: having('fixed'),
      notAffected: having('notAffected'),
      remediations: contents.flatMap((content): Remediations =>
        content.kind === 'mitigation'
          ? [
              {
                category: 'mitigation' as const,
                text: content.text || content.heading,
                products: having('affected'),
              },
            ]
          : content.kind === 'fix'
            ? [
                {
                  category: 'vendor_fix' as const,
                  text: content.text || content.heading,
                  ...(content.url && { url: content.url }),
                  products: having('affected'),
                },
              ]
            : [],
      ),
    })),
    references: frozen.references.map(({ title: name, url }) => ({ summary: name, url })),
  };
}
