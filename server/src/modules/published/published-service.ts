import { PublishedText, type Published, type PublishedPage, type FileVerification } from '@busbar/contract';

import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { notFound } from '../../platform/problem.ts';
import type { SigningService } from '../signing/signing-service.ts';
import { urlOfFile } from './addresses.ts';
import {
  fileHashed,
  filesOf,
  findPublished,
  listPublished,
  type PublishedRow,
  versionsOf,
} from './published-store.ts';

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
      const pages = files
        .filter(({ name }) => name.startsWith('page/'))
        .map(({ bytes }) => PublishedText.parse(JSON.parse(bytes.toString('utf8'))));
      const numbers = pages.flatMap(
        ({ summary, body }) => `${summary} ${body}`.match(/CVE-\d{4}-\d{4,19}/g) ?? [],
      );
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
