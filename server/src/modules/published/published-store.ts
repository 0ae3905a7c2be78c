import type { Paging, Scope, SubjectKind, Tlp } from '@busbar/contract';
import { type Generated, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { wordsOf } from '../../platform/search.ts';

interface PublishedTable {
  release_id: string;
  owner_id: string;
  snapshot: Buffer;
  label: Tlp;
  scope: Scope;
  audience: string[];
  subject_kind: SubjectKind;
  subject_id: string;
  kind: string;
  ref: string;
  version: string;
  title: string;
  summary: string;
  languages: string[];
  published_at: Generated<Date>;
  current: Generated<boolean>;
  recalled_at: Generated<Date | null>;
  recall_reason: Generated<string | null>;
}

interface PublishedFileTable {
  release_id: string;
  owner_id: string;
  label: Tlp;
  scope: Scope;
  audience: string[];
  name: string;
  media_type: string;
  bytes: Buffer;
  sha256: Buffer;
  sha512: Buffer;
  signature: string;
  key_id: string;
  current: Generated<boolean>;
}

declare module '../../platform/database.ts' {
  interface Tables {
    published: PublishedTable;
    published_file: PublishedFileTable;
    published_edition: { number: number };
  }
}

export type PublishedRow = Selectable<PublishedTable>;
export type PublishedFileRow = Selectable<PublishedFileTable>;

export async function listPublished(
  tx: Db,
  wanted: Paging & { search?: string | undefined; kind?: string | undefined },
): Promise<PublishedRow[]> {
  let query = tx
    .selectFrom('published')
    .selectAll()
    .where('current', '=', true)
    .orderBy('published_at', 'desc')
    .orderBy('release_id', 'desc')
    .limit(wanted.limit);
  // The profile of the CERT is no news: it is there for whoever asks for its kind.
  query = wanted.kind
    ? query.where('kind', '=', wanted.kind)
    : query.where('subject_kind', '=', 'publication');
  for (const pattern of wordsOf(wanted.search))
    query = query.where(sql<boolean>`lower(ref || ' ' || title || ' ' || summary) like ${pattern}`);
  if (wanted.after)
    query = query.where(
      sql<boolean>`(published_at, release_id) < (select published_at, release_id from published where release_id = ${wanted.after})`,
    );
  return query.execute();
}

export async function findPublished(tx: Db, id: string): Promise<PublishedRow | undefined> {
  return tx.selectFrom('published').selectAll().where('release_id', '=', id).executeTakeFirst();
}

/** Those of them that are read now. */
export async function publishedById(tx: Db, ids: readonly string[]): Promise<PublishedRow[]> {
  return tx
    .selectFrom('published')
    .selectAll()
    .where('release_id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .where('current', '=', true)
    .where('recalled_at', 'is', null)
    .execute();
}

export async function currentOf(tx: Db, kind: SubjectKind): Promise<PublishedRow[]> {
  return tx
    .selectFrom('published')
    .selectAll()
    .where('current', '=', true)
    .where('subject_kind', '=', kind)
    .orderBy('published_at', 'desc')
    .orderBy('release_id', 'desc')
    .execute();
}

export async function versionsOf(
  tx: Db,
  { subject_kind, subject_id }: PublishedRow,
): Promise<PublishedRow[]> {
  return tx
    .selectFrom('published')
    .selectAll()
    .where('subject_kind', '=', subject_kind)
    .where('subject_id', '=', subject_id)
    .orderBy('published_at', 'desc')
    .execute();
}

export async function filesOf(tx: Db, id: string): Promise<PublishedFileRow[]> {
  return tx.selectFrom('published_file').selectAll().where('release_id', '=', id).orderBy('name').execute();
}

/** What answers at an address now; what was recalled last, when nothing does. */
export async function fileNamed(tx: Db, name: string): Promise<(PublishedFileRow & Recalled) | undefined> {
  return tx
    .selectFrom('published_file as f')
    .innerJoin('published as p', 'p.release_id', 'f.release_id')
    .selectAll('f')
    .select(['p.published_at', 'p.recalled_at', 'p.recall_reason'])
    .where('f.name', '=', name)
    .where((row) => row.or([row('f.current', '=', true), row('p.recalled_at', 'is not', null)]))
    .orderBy('f.current', 'desc')
    .orderBy('p.published_at', 'desc')
    .executeTakeFirst();
}

export interface Recalled {
  readonly published_at: Date;
  readonly recalled_at: Date | null;
  readonly recall_reason: string | null;
}

/** The newest that has this hash. */
export async function fileHashed(
  tx: Db,
  hash: Buffer,
): Promise<(PublishedFileRow & PublishedRow) | undefined> {
  return tx
    .selectFrom('published_file as f')
    .innerJoin('published as p', 'p.release_id', 'f.release_id')
    .selectAll('f')
    .select(['p.ref', 'p.version', 'p.title', 'p.published_at', 'p.recalled_at', 'p.recall_reason'])
    .where(hash.length === 32 ? 'f.sha256' : 'f.sha512', '=', hash)
    .orderBy('p.published_at', 'desc')
    .executeTakeFirst() as Promise<(PublishedFileRow & PublishedRow) | undefined>;
}

/** The CSAF documents that answer now, of one label or of all, the newest first. */
export async function currentDocuments(tx: Db, label?: Tlp) {
  let query = tx
    .selectFrom('published_file as f')
    .innerJoin('published as p', 'p.release_id', 'f.release_id')
    .select([
      'f.name',
      'f.bytes',
      'f.label',
      'f.sha256',
      'f.signature',
      'p.published_at',
      'p.title',
      'p.summary',
      'p.ref',
      'p.release_id',
    ])
    .where('f.current', '=', true)
    .where('f.name', 'like', 'csaf/%')
    .orderBy('p.published_at', 'desc')
    .orderBy('f.name');
  if (label) query = query.where('f.label', '=', label);
  return query.execute();
}

export async function edition(tx: Db): Promise<number> {
  const { number } = await tx.selectFrom('published_edition').select('number').executeTakeFirstOrThrow();
  return number;
}
