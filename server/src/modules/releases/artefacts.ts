import { createHash } from 'node:crypto';

import { PublishedText } from '@busbar/contract';
import { fileName as csafName } from '@busbar/csaf';

import { type Letterhead, pdfOf } from './pdf.ts';
import type { File, Snapshot } from './snapshot.ts';

/** Every file that leaves: a page and a PDF a language, and what the subject brings along. */
export function artefactsFor(snapshot: Snapshot, letterhead: Letterhead): File[] {
  return [
    ...snapshot.texts.flatMap((text) => {
      const page: File = {
        name: `page/${fileName(snapshot.ref)}/${text.language}.json`,
        type: 'application/json',
        bytes: Buffer.from(JSON.stringify(text)),
      };
      const pdf = pdfOf(snapshot, text, letterhead);
      return pdf
        ? [page, { name: pdfName(snapshot, text.language), type: 'application/pdf', bytes: pdf }]
        : [page];
    }),
    ...snapshot.files,
  ];
}

const pdfName = ({ ref }: Snapshot, language: string) =>
  `pdf/${fileName(ref)}/${fileName(ref)}.${language}.pdf`;

/** As CSAF 2.0 section 5.1 names files; also what the database takes for a name. */
export const fileName = (ref: string) => csafName(ref).slice(0, -'.json'.length);

/** The pages among them, as their readers get them. */
export function pagesIn(files: readonly Pick<File, 'name' | 'bytes'>[]): PublishedText[] {
  return files
    .filter(({ name }) => name.startsWith('page/'))
    .map(({ bytes }) => PublishedText.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))));
}

/** What the subject brought. */
export const broughtAlong = (files: readonly File[]): File[] =>
  files.filter(({ name }) => !/^(?:page|pdf)\//.test(name));

/**
 * What a snapshot is the SHA-256 of. `release_manifest` in the database writes the same bytes and is asked again
 * before anything is approved or leaves.
 */
export function manifestFor(
  release: {
    readonly subject: { readonly kind: string; readonly id: string };
    readonly ref: string;
    readonly version: string;
    readonly label: string;
    readonly scope: string;
    readonly audience: readonly string[];
    readonly authors: readonly string[];
    readonly proposer: string;
  },
  files: readonly File[],
): Buffer {
  const lines = files
    .map(({ name, bytes }) => ({ name, sha256: createHash('sha256').update(bytes).digest('hex') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, sha256 }) => `${sha256}  ${name}`);
  return Buffer.from(
    [
      'busbar release 1',
      `${release.subject.kind} ${release.subject.id}`,
      release.ref,
      release.version,
      release.label,
      release.scope,
      release.audience.join(' '),
      release.authors.join(' '),
      release.proposer,
      ...lines,
      '',
    ].join('\n'),
  );
}

export const snapshotOf = (manifest: Buffer): Buffer => createHash('sha256').update(manifest).digest();
