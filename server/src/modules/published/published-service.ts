import {
  PublishedText,
  Tlp,
  type Published,
  type PublishedPage,
  type FileVerification,
} from '@busbar/contract';

import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { notFound } from '../../platform/problem.ts';
import type { SigningService } from '../signing/signing-service.ts';
import { urlOfFile } from './addresses.ts';
import {
  currentDocuments,
  fileHashed,
  filesOf,
  findPublished,
  listPublished,
  publishedById,
  type PublishedFileRow,
  type PublishedRow,
  versionsOf,
} from './published-store.ts';

export { urlOfFile };
export type PublishedService = ReturnType<typeof publishedService>;

export interface PublishedParts {
  readonly signing: SigningService;
  /** Which of these vulnerabilities have a page that the reader may read. */
  readonly known: (tx: Db, refs: readonly string[]) => Promise<readonly string[]>;
}

const mostVulnerabilities = 100;

/** What has left, as its readers read it. Only the release gate writes it. */
export function publishedService({ signing, known }: PublishedParts) {
  return {
    async list({
      tx,
      query,
    }: Ask<
      unknown,
      { search?: string | undefined; kind?: string | undefined; after?: string | undefined; limit: number }
    >) {
      const rows = await listPublished(tx, query);
      return {
        items: rows.map(toPublished),
        next: rows.length === query.limit ? rows.at(-1)!.release_id : null,
      };
    },

    async get({ tx, params }: Ask<{ id: string }>): Promise<PublishedPage> {
      const row = (await findPublished(tx, params.id)) ?? missing();
      const files = row.recalled_at ? [] : await filesOf(tx, row.release_id);
      const pages = pagesIn(files);
      const numbers = pages.flatMap(({ summary, body }) => `${summary} ${body}`.match(cveNumbers) ?? []);
      return {
        ...toPublished(row),
        recallReason: row.recall_reason,
        current: row.current,
        texts: row.languages.flatMap((language) => pages.filter((page) => page.language === language)),
        vulnerabilities: [...(await known(tx, [...new Set(numbers)].slice(0, mostVulnerabilities)))],
        files: files
          .filter(({ name, current }) => current && !name.startsWith('page/'))
          .map(({ name, media_type, bytes, sha256, label }) => ({
            name: name.split('/').at(-1)!,
            type: media_type,
            size: bytes.length,
            sha256: sha256.toString('hex'),
            url: urlOfFile(name, label),
          })),
        versions: (await versionsOf(tx, row)).map((version) => ({
          id: version.release_id,
          version: version.version,
          publishedAt: version.published_at.toISOString(),
          recalledAt: version.recalled_at?.toISOString() ?? null,
        })),
      };
    },

    /** Whether it is addressed to whoever acts in this transaction. */
    async isReadable(tx: Db, release: string): Promise<boolean> {
      return (await findPublished(tx, release)) !== undefined;
    },

    /** Those of them that the reader may read, and that were not recalled. */
    readable: async (tx: Db, ids: readonly string[]) =>
      (await publishedById(tx, ids)).map(({ release_id: id }) => ({ id })),

    /** What each of these is found by, in each of its languages; nothing of what was recalled or superseded. */
    async searched(tx: Db, ids: readonly string[]) {
      const rows = await publishedById(tx, ids);
      const found = [];
      for (const { release_id: id, owner_id: owner, label, scope, audience, ref, published_at: at } of rows)
        for (const { language, title, summary, body } of pagesIn(await filesOf(tx, id))) {
          const text = withoutMarks(`${summary}\n${body}`);
          found.push({
            id,
            owner,
            label,
            scope,
            audience,
            ref,
            at,
            language,
            title,
            numbers: text.match(cveNumbers) ?? [],
            names: [],
            body: [text],
          });
        }
      return found;
    },

    /** The CSAF documents (version 2.0) that answer now, labelled no stricter, as they lie at their addresses. */
    async documents(tx: Db, most: Tlp) {
      const rows = await currentDocuments(tx);
      return rows
        .filter(
          ({ name, label }) =>
            name.startsWith('csaf/2.0/') && Tlp.options.indexOf(label) <= Tlp.options.indexOf(most),
        )
        .map(({ name, label, bytes, sha256, signature, published_at }) => ({
          path: urlOfFile(name, label),
          bytes,
          sha256: sha256.toString('hex'),
          signature,
          at: published_at.toISOString(),
        }));
    },

    async verify({ tx, query }: Ask<unknown, { hash: string }>): Promise<FileVerification> {
      const found = await fileHashed(tx, Buffer.from(query.hash, 'hex'));
      const key = found && (await signing.find(tx, found.key_id));
      if (!found || !key) return { known: false, file: null };
      return {
        known: true,
        file: {
          name: found.name.split('/').at(-1)!,
          publication: found.release_id,
          ref: found.ref,
          version: found.version,
          title: found.title,
          publishedAt: found.published_at.toISOString(),
          current: found.current,
          recalledAt: found.recalled_at?.toISOString() ?? null,
          recallReason: found.recall_reason,
          signature: (await signing.verifies(key.publicKey, found.bytes, found.signature))
            ? 'valid'
            : 'invalid',
          key: { fingerprint: key.fingerprint, state: key.state, revokedReason: key.revokedReason },
        },
      };
    },
  };
}

const cveNumbers = /CVE-\d{4}-\d{4,19}/g;

const pagesIn = (files: readonly PublishedFileRow[]): PublishedText[] =>
  files
    .filter(({ name }) => name.startsWith('page/'))
    .map(({ bytes }) => PublishedText.parse(JSON.parse(bytes.toString('utf8'))));

/** Markdown as prose, for passages: what a link says and not where it leads. */
const withoutMarks = (markdown: string) =>
  markdown.replace(/\[([^\]\n]*)\]\([^)\n]*\)/g, '$1').replace(/^[#>\s|*+-]+|[*_`|\\]+/gm, ' ');

export function toPublished(row: PublishedRow): Published {
  return {
    id: row.release_id,
    kind: row.kind,
    ref: row.ref,
    version: row.version,
    title: row.title,
    summary: row.summary,
    languages: row.languages,
    label: row.label,
    scope: row.scope,
    publishedAt: row.published_at.toISOString(),
    recalledAt: row.recalled_at?.toISOString() ?? null,
  };
}

function missing(): never {
  throw notFound('publication');
}
