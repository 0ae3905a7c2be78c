import type { Scope, Tlp } from '@busbar/contract';
import { type Generated, type RawBuilder, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

/** A record is what a catalogue says of one vulnerability. */
export type DocumentKind = 'publication' | 'advisory' | 'record';

interface EntryTable {
  id: Generated<string>;
  label: Tlp;
  scope: Scope;
  readable: Generated<boolean>;
  advisory_id: string | null;
  release_id: string | null;
  source_id: string | null;
  language: string;
  ref: string;
  title: string;
  text: string;
  words: RawBuilder<string>;
  newest_at: Date;
}

declare module '../../platform/database.ts' {
  interface Tables {
    search_due: {
      id: Generated<number>;
      owner_id: string;
      kind: DocumentKind;
      subject_id: string;
      person_id: string | null;
    };
    search_public: EntryTable;
    search_restricted: EntryTable & { owner_id: string; audience: string[] };
    search_name: { entry_id: string; term: string };
    search_term: { term: string };
  }
}

const columnOf = {
  publication: sql.ref('release_id'),
  advisory: sql.ref('advisory_id'),
  record: sql.ref('source_id'),
};

/** More than this of one kind are not ranked, and not counted: the newest of them are. */
export const mostRanked = 1000;

export interface Queries {
  /** Every word is there. */
  readonly any: string;
  /** Every word is in a name or number. */
  readonly names: string;
  /** It is the number of the document; null where what is looked for is none. */
  readonly number: string | null;
}

/** Something found, before anybody looked at it. */
export interface Found {
  readonly entry: string;
  readonly subject: string;
  readonly language: string;
  /** 3: by its number. 2: by its names. 1: by its text. */
  readonly rank: 1 | 2 | 3;
}

/**
 * The best of what words lead to: by number, by names, by text, and among equals the newest. Rare words are looked up;
 * where there are more than can be ranked, the documents are walked from the newest on until there are enough.
 */
export async function findEntries(tx: Db, kind: DocumentKind, queries: Queries): Promise<Found[]> {
  const subject = columnOf[kind];
  const matches = sql`${subject} is not null and words @@ ${queries.any}::tsquery`;
  const { rows: open } = await sql<{ id: string }>`
    select id from search_public where ${matches} limit ${mostRanked + 1}`.execute(tx);
  const among =
    open.length > mostRanked
      ? matches
      : sql`${subject} is not null and id = any (${open.map(({ id }) => id)}::uuid[])`;
  const columns = sql`id as entry, ${subject} as subject, language, newest_at, case
    when words @@ ${queries.number}::tsquery then 3 when words @@ ${queries.names}::tsquery then 2 else 1 end as rank`;
  const newest = sql`order by newest_at desc, id desc limit ${mostRanked}`;
  const { rows } = await sql<Found>`
    select * from (
      (select ${columns} from search_public where ${among} ${newest})
      union all (select ${columns} from search_restricted where ${matches} ${newest})
    ) found order by rank desc, newest_at desc, subject, language`.execute(tx);
  return rows;
}

export interface EntryText {
  readonly id: string;
  readonly ref: string;
  readonly title: string;
  readonly text: string;
  readonly label: Tlp;
  readonly newest_at: Date;
}

export async function entriesById(tx: Db, ids: readonly string[]): Promise<Map<string, EntryText>> {
  if (ids.length === 0) return new Map();
  const wanted = sql`id = any (${[...ids]}::uuid[])`;
  const { rows } = await sql<EntryText>`
    select id, ref, title, text, label, newest_at from search_public where ${wanted}
    union all select id, ref, title, text, label, newest_at from search_restricted where ${wanted}`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

export async function stemsOf(tx: Db, words: readonly string[]): Promise<Map<string, string>> {
  if (words.length === 0) return new Map();
  const { rows } = await sql<{ word: string; stem: string }>`
    select word, search_stem(word) as stem from unnest(${[...words]}::text[]) word`.execute(tx);
  return new Map(rows.map(({ word, stem }) => [word, stem]));
}

/** Which of these begin no word of any public name. */
export async function unknownOf(tx: Db, words: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ word: string }>`
    select word from unnest(${[...words]}::text[]) word where not exists (
      select from search_term where term >= word collate "C" and term < (word || ${'\u{10ffff}'}) collate "C")`.execute(
    tx,
  );
  return rows.map(({ word }) => word);
}

/** Words of public names that may be what was meant; how far they are from it, the caller judges. */
export async function termsNear(tx: Db, word: string): Promise<string[]> {
  const { rows } = await sql<{ term: string }>`
    select term from search_term where near && search_near(${word}) limit 2000`.execute(tx);
  return rows.map(({ term }) => term);
}

/** In how many public documents each of these stands in a name; a thousand are as many as more. */
export async function usesOf(tx: Db, terms: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ term: string; uses: number }>`
    select term, (select count(*) from (select from search_name n where n.term = t.term limit 1000) few) as uses
    from unnest(${[...terms]}::text[]) as t (term)`.execute(tx);
  return new Map(rows.map(({ term, uses }) => [term, uses]));
}

export interface Due {
  readonly kind: DocumentKind;
  readonly subject: string;
  readonly person: string | null;
}

/** Takes what has no words yet, in the transaction that is to bring them. */
export async function takeDue(tx: Db, most: number): Promise<Due[]> {
  const { rows } = await sql<Due>`
    delete from search_due where id = any (array(
      select id from search_due order by id limit ${most} for update skip locked))
    returning kind, subject_id as subject, person_id as person`.execute(tx);
  return rows;
}

export interface NewEntry {
  readonly subject: string;
  readonly owner: string;
  readonly label: Tlp;
  readonly scope: Scope;
  readonly audience: readonly string[];
  readonly language: string;
  readonly ref: string;
  readonly title: string;
  readonly text: string;
  readonly at: Date;
  readonly words: { readonly numbers: string[]; readonly names: string[]; readonly body: string[] };
  readonly terms: readonly string[];
}

/** Puts these in the place of what was known of the subjects. */
export async function replaceEntries(
  tx: Db,
  kind: DocumentKind,
  subjects: readonly string[],
  entries: readonly NewEntry[],
): Promise<void> {
  const wanted = sql`${columnOf[kind]} = any (${[...subjects]}::uuid[])`;
  await sql`delete from search_public where ${wanted}`.execute(tx);
  await sql`delete from search_restricted where ${wanted}`.execute(tx);
  const named: { entry_id: string; term: string }[] = [];
  for (const entry of entries) {
    const { numbers, names, body } = entry.words;
    const row = {
      id: crypto.randomUUID(),
      label: entry.label,
      scope: entry.scope,
      advisory_id: kind === 'advisory' ? entry.subject : null,
      release_id: kind === 'publication' ? entry.subject : null,
      source_id: kind === 'record' ? entry.subject : null,
      language: entry.language,
      ref: entry.ref,
      title: entry.title,
      text: entry.text,
      words: sql<string>`search_words(${numbers}::text[], ${names}::text[], ${body}::text[])`,
      newest_at: entry.at,
    };
    if (isPublic(entry)) {
      await tx.insertInto('search_public').values(row).execute();
      named.push(...entry.terms.map((term) => ({ entry_id: row.id, term })));
    } else
      await tx
        .insertInto('search_restricted')
        .values({ ...row, owner_id: entry.owner, audience: [...entry.audience] })
        .execute();
  }
  if (named.length === 0) return;
  // In order, so that two who bring the same words wait for one another and never in a circle.
  const terms = [...new Set(named.map(({ term }) => term))].sort();
  await sql`insert into search_term (term) select unnest(${terms}::text[]) on conflict do nothing`.execute(
    tx,
  );
  await sql`insert into search_name (entry_id, term)
    select * from unnest(${named.map(({ entry_id }) => entry_id)}::uuid[], ${named.map(({ term }) => term)}::text[])`.execute(
    tx,
  );
}

const isPublic = ({ label, scope }: NewEntry) => label === 'CLEAR' && scope === 'public';
