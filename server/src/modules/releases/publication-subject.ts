import type { BlockContent, PublicationSnapshot, SnapshotText } from '@busbar/contract';
import { type AdvisoryDraft, validate } from '@busbar/csaf';

import type { Db } from '../../platform/database.ts';
import { conflict } from '../../platform/problem.ts';
import type { PublicationService } from '../publications/publication-service.ts';
import { documentsOf, type Frame } from './publication-csaf.ts';
import type { File, Snapshot, Standing, Subject } from './snapshot.ts';

export interface PublicationNeeds {
  readonly publications: PublicationService;
  /** Who publishes, as CSAF names him. */
  publisher(tx: Db): Promise<AdvisoryDraft['publisher']>;
  /** Which of these claims two people have not checked, and on which they disagree, in words. */
  claims(tx: Db, ids: readonly string[]): Promise<Standing['claims']>;
  readonly origin: string;
}

/** A publication leaves when somebody has checked it; its text was closed by then, and stays closed. */
export function publicationSubject({ publications, publisher, claims, origin }: PublicationNeeds): Subject {
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
      const files = documentsOf(frozen, {
        publisher: await publisher(tx),
        origin,
        before: await publications.published(tx, id),
        now: new Date().toISOString(),
      });
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
        validator: files.flatMap(faultsOf),
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

/** The same documents while the text is still being written, with everything the validator says. */
export function documentsWithFindings(frozen: PublicationSnapshot, frame: Frame) {
  return documentsOf(frozen, frame).map(({ name, bytes }) => {
    const text = Buffer.from(bytes).toString('utf8');
    const { findings } = validate(JSON.parse(text), { most: 100 });
    return {
      name,
      text,
      findings: findings.map(({ section, severity, path, message }) => ({
        severity,
        path,
        told: { code: section, params: {}, text: `${section}: ${message}` },
      })),
    };
  });
}

/** Mandatory tests stop it, recommended ones are to be answered; what the informative ones say, the editor has seen. */
function faultsOf({ name, bytes }: File): Snapshot['validator'] {
  const { findings } = validate(JSON.parse(Buffer.from(bytes).toString('utf8')), { most: 20 });
  return findings
    .filter(({ severity }) => severity !== 'information')
    .map(({ section, severity, path, message }) => ({
      severity: severity === 'error' ? 'error' : 'warning',
      where: `${name}#${path}`,
      told: { code: section, params: {}, text: `${section}: ${message}` },
    }));
}
