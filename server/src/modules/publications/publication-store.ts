import {
  type Block,
  BlockContent,
  type BlockVariant,
  type Language,
  type Presence,
  type PublicationKind,
  type PublicationPart,
  type PublicationSearch,
  type PublicationSnapshot,
  type PublicationState,
  type Scope,
  type Tlp,
} from '@busbar/contract';
import { type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';

import { storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import { readCursor, wordsOf } from '../../platform/search.ts';

interface PublicationTable {
  id: Generated<string>;
  owner_id: string;
  ref: string;
  kind: PublicationKind;
  language: Language;
  release_label: Generated<Tlp>;
  release_scope: Generated<Scope>;
  release_audience: Generated<string[]>;
  sectors: Generated<string[]>;
  change_note: Generated<string>;
  version: Generated<number>;
  state: Generated<PublicationState>;
  published_version: Generated<number | null>;
  proposal_id: string | null;
  proposed_by: string | null;
  embargo_until: Generated<Date | null>;
  embargo_with: Generated<string>;
  created_by: string;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

interface BlockTable {
  owner_id: string;
  publication_id: string;
  id: string;
  revision: number;
  said: number;
  place: number;
  removed: boolean;
  kind: string;
  heading: string;
  text: string;
  data: JSONColumnType<Record<string, unknown>, string, string>;
  person_id: string;
  editor: string;
  at: Generated<Date>;
  words_at: Generated<Date>;
}

interface TranslationTable {
  owner_id: string;
  publication_id: string;
  block_id: string;
  language: Language;
  revision: number;
  heading: string;
  text: string;
  from_heading: string;
  from_text: string;
  from_version: number;
  person_id: string;
  editor: string;
  at: Generated<Date>;
}

interface VariantTable {
  id: Generated<string>;
  owner_id: string;
  publication_id: string;
  block_id: string;
  language: Language | null;
  base: number;
  content: JSONColumnType<BlockContent, string, string>;
  person_id: string;
  editor: string;
  at: Generated<Date>;
  settled_at: Date | null;
}

declare module '../../platform/database.ts' {
  interface Tables {
    publication: PublicationTable;
    publication_block: BlockTable;
    publication_translation: TranslationTable;
    publication_variant: VariantTable;
    publication_hand: {
      owner_id: string;
      publication_id: string;
      version: number;
      person_id: string;
      part: PublicationPart;
      at: Generated<Date>;
    };
    publication_version: {
      owner_id: string;
      publication_id: string;
      version: number;
      state: 'published' | 'revised' | 'withdrawn';
      snapshot: JSONColumnType<PublicationSnapshot, string, string>;
      sha256: Buffer;
      published_at: Date;
    };
    publication_step: {
      id: Generated<number>;
      owner_id: string;
      publication_id: string;
      version: number;
      state: PublicationState;
      reason: string | null;
      person_id: string | null;
      at: Generated<Date>;
    };
    publication_presence: {
      owner_id: string;
      publication_id: string;
      editor: string;
      person_id: string;
      block_id: string | null;
      at: Date;
    };
  }
}

export type PublicationRow = Selectable<PublicationTable>;
export type BlockRow = Selectable<BlockTable>;
export type TranslationRow = Selectable<TranslationTable>;

export async function insertPublication(
  tx: Db,
  values: Pick<
    PublicationRow,
    'owner_id' | 'ref' | 'kind' | 'language' | 'created_by' | 'proposal_id' | 'proposed_by'
  >,
): Promise<PublicationRow> {
  return tx.insertInto('publication').values(values).returningAll().executeTakeFirstOrThrow();
}

export async function findPublication(tx: Db, id: string): Promise<PublicationRow | undefined> {
  return tx.selectFrom('publication').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Whoever changes anything about a publication holds it first, so that writers, movers and checkers go one by one. */
export async function lockPublication(tx: Db, id: string): Promise<PublicationRow | undefined> {
  return tx.selectFrom('publication').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function updatePublication(
  tx: Db,
  id: string,
  values: Partial<
    Pick<
      PublicationRow,
      | 'state'
      | 'version'
      | 'published_version'
      | 'release_label'
      | 'release_scope'
      | 'release_audience'
      | 'sectors'
      | 'change_note'
      | 'embargo_until'
      | 'embargo_with'
    >
  >,
): Promise<void> {
  await tx
    .updateTable('publication')
    .set({ ...values, updated_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute();
}

export interface PublicationListed extends PublicationRow {
  readonly title: string | null;
  readonly languages: Language[] | null;
  readonly stale: number;
  readonly variants: number;
  readonly authors: string[] | null;
  readonly mine: boolean;
}

/** Newest changes first. `person` is whose hand `mine` means. */
export async function listPublications(
  tx: Db,
  wanted: Partial<PublicationSearch> & { readonly limit: number },
  person: string | null,
  only?: string,
): Promise<PublicationListed[]> {
  const mine = sql<boolean>`exists (select from publication_hand h where h.publication_id = p.id and h.person_id = ${person})`;
  let query = tx
    .selectFrom('publication as p')
    .selectAll('p')
    .select([
      sql<string | null>`(select b.heading from publication_block b
        where b.publication_id = p.id and b.kind = 'title' and not b.removed order by b.place, b.id limit 1)`.as(
        'title',
      ),
      sql<
        Language[] | null
      >`(select array_agg(distinct t.language) from publication_translation t where t.publication_id = p.id)`.as(
        'languages',
      ),
      sql<number>`(select count(*) from publication_translation t join publication_block b
        on b.publication_id = t.publication_id and b.id = t.block_id
        where t.publication_id = p.id and not b.removed and (t.from_heading, t.from_text) <> (b.heading, b.text))`.as(
        'stale',
      ),
      sql<number>`(select count(distinct v.block_id) from publication_variant v
        where v.publication_id = p.id and v.settled_at is null)`.as('variants'),
      sql<
        string[] | null
      >`(select array_agg(n.name order by h.at) from publication_hand h join person n on n.id = h.person_id
        where h.publication_id = p.id and h.version = p.version and h.part = 'author')`.as('authors'),
      mine.as('mine'),
    ])
    .orderBy('p.updated_at', 'desc')
    .orderBy('p.id', 'desc')
    .limit(wanted.limit);
  if (only) query = query.where('p.id', '=', only);
  if (wanted.state) query = query.where('p.state', '=', wanted.state);
  if (wanted.kind) query = query.where('p.kind', '=', wanted.kind);
  if (wanted.label) query = query.where('p.release_label', '=', wanted.label);
  if (wanted.mine === 'true') query = query.where(mine);
  for (const word of wordsOf(wanted.search))
    query = query.where(
      sql<boolean>`(lower(p.ref) like ${word} or exists (select from publication_block b where b.publication_id = p.id
        and not b.removed and lower(b.heading || ' ' || b.text || ' ' || b.data::text) like ${word}))`,
    );
  const cursor = readCursor(wanted.after);
  if (cursor)
    query = query.where(sql<boolean>`(p.updated_at, p.id) < (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)`);
  return query.execute();
}

/** All blocks in their order, or just these, with their translations and whatever waits to be settled. */
export async function blocksOf(
  tx: Db,
  publication: string,
  person: string | null,
  only?: readonly string[],
): Promise<Block[]> {
  const among = only && sql<boolean>`b.id = any (${[...only]}::uuid[])`;
  const rows = await tx
    .selectFrom('publication_block as b')
    .leftJoin('person as n', 'n.id', 'b.person_id')
    .selectAll('b')
    .select('n.name')
    .where('b.publication_id', '=', publication)
    .$if(among !== undefined, (query) => query.where(among!))
    .orderBy('b.place')
    .orderBy('b.id')
    .execute();
  const translations = await tx
    .selectFrom('publication_translation as t')
    .leftJoin('person as n', 'n.id', 't.person_id')
    .selectAll('t')
    .select('n.name')
    .where('t.publication_id', '=', publication)
    .orderBy('t.language')
    .execute();
  const variants = await tx
    .selectFrom('publication_variant as v')
    .leftJoin('person as n', 'n.id', 'v.person_id')
    .selectAll('v')
    .select('n.name')
    .where('v.publication_id', '=', publication)
    .where('v.settled_at', 'is', null)
    .orderBy('v.at')
    .execute();
  const translated = Map.groupBy(translations, (row) => row.block_id);
  const aside = Map.groupBy(variants, (row) => row.block_id);
  return rows.map((row) => ({
    id: row.id,
    revision: row.revision,
    place: row.place,
    removed: row.removed,
    content: contentOf(row),
    by: row.name ?? '',
    at: row.at.toISOString(),
    translations: (translated.get(row.id) ?? []).map((one) => ({
      language: one.language,
      heading: one.heading,
      text: one.text,
      revision: one.revision,
      by: one.name ?? '',
      at: one.at.toISOString(),
      from: { heading: one.from_heading, text: one.from_text },
      fromVersion: one.from_version,
      staleSince: isStale(row, one) ? row.words_at.toISOString() : null,
    })),
    variants: (aside.get(row.id) ?? []).map((one): BlockVariant => ({
      id: one.id,
      language: one.language,
      content: one.content,
      by: one.name ?? '',
      mine: one.person_id === person,
      at: one.at.toISOString(),
    })),
  }));
}

const isStale = (block: BlockRow, translation: TranslationRow) =>
  block.heading !== translation.from_heading || block.text !== translation.from_text;

export async function findBlock(tx: Db, publication: string, id: string): Promise<BlockRow | undefined> {
  return tx
    .selectFrom('publication_block')
    .selectAll()
    .where('publication_id', '=', publication)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function countBlocks(tx: Db, publication: string): Promise<number> {
  const { count } = await tx
    .selectFrom('publication_block')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('publication_id', '=', publication)
    .executeTakeFirstOrThrow();
  return count;
}

export async function lastPlace(tx: Db, publication: string): Promise<number> {
  const { last } = await tx
    .selectFrom('publication_block')
    .select((row) => row.fn.max('place').as('last'))
    .where('publication_id', '=', publication)
    .executeTakeFirstOrThrow();
  return last ?? 0;
}

export interface NewBlock {
  readonly revision: number;
  readonly said: number;
  readonly place: number;
  readonly removed: boolean;
  readonly content: BlockContent;
  readonly person: string;
  readonly editor: string;
}

export async function putBlock(
  tx: Db,
  { owner_id, id: publication_id }: PublicationRow,
  id: string,
  { revision, said, place, removed, content, person, editor }: NewBlock,
): Promise<void> {
  const { kind, heading, text, ...data } = content;
  await sql`insert into publication_block
      (owner_id, publication_id, id, revision, said, place, removed, kind, heading, text, data, person_id, editor)
    values (${owner_id}, ${publication_id}, ${id}, ${revision}, ${said}, ${place}, ${removed}, ${kind}, ${heading}, ${text},
      ${storable(data)}, ${person}, ${editor})
    on conflict (publication_id, id) do update set
      revision = excluded.revision, said = excluded.said, place = excluded.place, removed = excluded.removed, heading = excluded.heading,
      text = excluded.text, data = excluded.data, person_id = excluded.person_id, editor = excluded.editor,
      at = clock_timestamp(),
      words_at = case when (publication_block.heading, publication_block.text) = (excluded.heading, excluded.text)
        then publication_block.words_at else clock_timestamp() end`.execute(tx);
}

export async function findTranslation(
  tx: Db,
  publication: string,
  block: string,
  language: Language,
): Promise<TranslationRow | undefined> {
  return tx
    .selectFrom('publication_translation')
    .selectAll()
    .where('publication_id', '=', publication)
    .where('block_id', '=', block)
    .where('language', '=', language)
    .executeTakeFirst();
}

export async function putTranslation(
  tx: Db,
  { owner_id, id: publication_id, version }: PublicationRow,
  source: { readonly block: string; readonly heading: string; readonly text: string },
  {
    language,
    revision,
    heading,
    text,
    person,
    editor,
  }: {
    readonly language: Language;
    readonly revision: number;
    readonly heading: string;
    readonly text: string;
    readonly person: string;
    readonly editor: string;
  },
): Promise<void> {
  await sql`insert into publication_translation
      (owner_id, publication_id, block_id, language, revision, heading, text, from_heading, from_text, from_version, person_id, editor)
    values (${owner_id}, ${publication_id}, ${source.block}, ${language}, ${revision}, ${heading}, ${text},
      ${source.heading}, ${source.text}, ${version}, ${person}, ${editor})
    on conflict (publication_id, block_id, language) do update set
      revision = excluded.revision, heading = excluded.heading, text = excluded.text, from_heading = excluded.from_heading,
      from_text = excluded.from_text, from_version = excluded.from_version, person_id = excluded.person_id,
      editor = excluded.editor, at = clock_timestamp()`.execute(tx);
}

interface Aside {
  readonly block: string;
  readonly language: Language | null;
  readonly base: number;
  readonly content: BlockContent;
  readonly person: string;
  readonly editor: string;
}

/** Keeps what could not be saved without overwriting another. The same page writing on adds to its own. */
export async function setAside(
  tx: Db,
  { owner_id, id: publication_id }: PublicationRow,
  { block, language, base, content, person, editor }: Aside,
): Promise<void> {
  await sql`insert into publication_variant (owner_id, publication_id, block_id, language, base, content, person_id, editor)
    values (${owner_id}, ${publication_id}, ${block}, ${language}, ${base}, ${storable(content)}, ${person}, ${editor})
    on conflict (publication_id, block_id, coalesce(language, ''), editor) where settled_at is null
    do update set content = excluded.content, base = excluded.base, at = clock_timestamp()`.execute(tx);
}

/** What stood there before another hand: settled from the beginning, kept so that nothing is lost. */
export async function keepFormer(
  tx: Db,
  { owner_id, id: publication_id }: PublicationRow,
  row: BlockRow,
): Promise<void> {
  await sql`insert into publication_variant (owner_id, publication_id, block_id, base, content, person_id, editor, at, settled_at)
    values (${owner_id}, ${publication_id}, ${row.id}, ${row.revision}, ${storable(contentOf(row))}, ${row.person_id},
      ${row.editor}, ${row.at}, clock_timestamp())`.execute(tx);
}

/** Did this page write just this, before another hand changed it? Then sending it again is no conflict. */
export async function wroteBefore(
  tx: Db,
  publication: string,
  block: string,
  editor: string,
  base: number,
  content: BlockContent,
): Promise<boolean> {
  const row = await tx
    .selectFrom('publication_variant')
    .select('id')
    .where('publication_id', '=', publication)
    .where('block_id', '=', block)
    .where('editor', '=', editor)
    .where('base', '>', base)
    .where('language', 'is', null)
    .where('settled_at', 'is not', null)
    .where(sql<boolean>`content = ${storable(content)}::jsonb`)
    .executeTakeFirst();
  return row !== undefined;
}

export async function settleVariants(tx: Db, publication: string, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const { numUpdatedRows } = await tx
    .updateTable('publication_variant')
    .set({ settled_at: sql<Date>`clock_timestamp()` })
    .where('publication_id', '=', publication)
    .where('id', '=', sql<string>`any (${[...ids]}::uuid[])`)
    .where('settled_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Gives back the part this person has in this version now: the one asked for, unless he already had another. */
export async function takePart(
  tx: Db,
  { owner_id, id: publication_id, version }: PublicationRow,
  person: string,
  part: PublicationPart,
): Promise<PublicationPart> {
  await tx
    .insertInto('publication_hand')
    .values({ owner_id, publication_id, version, person_id: person, part })
    .onConflict((conflict) => conflict.columns(['publication_id', 'version', 'person_id']).doNothing())
    .execute();
  const hand = await tx
    .selectFrom('publication_hand')
    .select('part')
    .where('publication_id', '=', publication_id)
    .where('version', '=', version)
    .where('person_id', '=', person)
    .executeTakeFirstOrThrow();
  return hand.part;
}

export async function handsOf(tx: Db, publication: string, version: number) {
  return tx
    .selectFrom('publication_hand as h')
    .leftJoin('person as n', 'n.id', 'h.person_id')
    .select(['h.person_id', 'h.part', 'h.at', 'n.name'])
    .where('h.publication_id', '=', publication)
    .where('h.version', '=', version)
    .orderBy('h.at')
    .execute();
}

/** Going back to the draft voids what was said of the text. */
export async function dropParts(
  tx: Db,
  publication: string,
  version: number,
  parts: readonly PublicationPart[],
): Promise<void> {
  await tx
    .deleteFrom('publication_hand')
    .where('publication_id', '=', publication)
    .where('version', '=', version)
    .where('part', 'in', [...parts])
    .execute();
}

export async function addStep(
  tx: Db,
  { owner_id, id }: PublicationRow,
  step: {
    readonly version: number;
    readonly state: PublicationState;
    readonly reason: string | null;
    readonly person: string | null;
  },
): Promise<void> {
  const { version, state, reason, person } = step;
  await tx
    .insertInto('publication_step')
    .values({ owner_id, publication_id: id, version, state, reason, person_id: person })
    .execute();
}

export async function stepsOf(tx: Db, publication: string) {
  return tx
    .selectFrom('publication_step as s')
    .leftJoin('person as n', 'n.id', 's.person_id')
    .select(['s.version', 's.state', 's.reason', 's.at', 'n.name'])
    .where('s.publication_id', '=', publication)
    .orderBy('s.id', 'desc')
    .limit(500)
    .execute();
}

export async function insertVersion(
  tx: Db,
  { owner_id, id, version }: PublicationRow,
  snapshot: PublicationSnapshot,
  sha256: Buffer,
  at: Date,
): Promise<void> {
  await tx
    .insertInto('publication_version')
    .values({
      owner_id,
      publication_id: id,
      version,
      state: 'published',
      snapshot: storable(snapshot),
      sha256,
      published_at: at,
    })
    .execute();
}

export async function markVersions(
  tx: Db,
  publication: string,
  from: 'published',
  to: 'revised' | 'withdrawn',
): Promise<void> {
  await tx
    .updateTable('publication_version')
    .set({ state: to })
    .where('publication_id', '=', publication)
    .where('state', '=', from)
    .execute();
}

export async function versionsOf(tx: Db, publication: string) {
  return tx
    .selectFrom('publication_version')
    .selectAll()
    .where('publication_id', '=', publication)
    .orderBy('version', 'desc')
    .execute();
}

/** The claims that ever went out with a publication and are not out with another. */
export async function claimsOnlyOf(tx: Db, publication: string): Promise<string[]> {
  const { rows } = await sql<{ claim: string }>`
    with cited as (
      select v.publication_id, v.state, c.claim #>> '{}' as claim
      from publication_version v, lateral (
        select jsonb_path_query(v.snapshot, '$.vulnerabilities[*].claims[*]') as claim
        union select jsonb_path_query(v.snapshot, '$.products[*].claim')) c
    )
    select distinct claim from cited where publication_id = ${publication} and claim is not null
      and not exists (select from cited other
        where other.claim = cited.claim and other.publication_id <> ${publication} and other.state = 'published')`.execute(
    tx,
  );
  return rows.map(({ claim }) => claim);
}

const PRESENT_SECONDS = 30;

/** Says that this page is open, and who else's is. */
export async function beat(
  tx: Db,
  { owner_id, id }: PublicationRow,
  editor: string,
  person: string,
  block: string | null,
): Promise<Presence[]> {
  await sql`delete from publication_presence where publication_id = ${id} and at < clock_timestamp() - interval '1 hour'`.execute(
    tx,
  );
  await sql`insert into publication_presence (owner_id, publication_id, editor, person_id, block_id)
    values (${owner_id}, ${id}, ${editor}, ${person}, ${block})
    on conflict (publication_id, editor) do update set block_id = excluded.block_id, at = clock_timestamp()`.execute(
    tx,
  );
  const rows = await tx
    .selectFrom('publication_presence as h')
    .leftJoin('person as n', 'n.id', 'h.person_id')
    .select(['h.editor', 'h.block_id', 'h.at', 'n.name'])
    .where('h.publication_id', '=', id)
    .where('h.editor', '!=', editor)
    .where(sql<boolean>`h.at > clock_timestamp() - ${PRESENT_SECONDS} * interval '1 second'`)
    .orderBy('h.at', 'desc')
    .limit(50)
    .execute();
  return rows.map((row) => ({
    editor: row.editor,
    name: row.name ?? '',
    block: row.block_id,
    at: row.at.toISOString(),
  }));
}

/** What a page has to know to say which blocks it does not have as they are. */
export async function revisionsOf(tx: Db, publication: string) {
  const { rows } = await sql<{ id: string; revision: number; translations: number; variants: number }>`
    select b.id, b.revision,
      (select coalesce(sum(t.revision), 0) from publication_translation t
        where t.publication_id = b.publication_id and t.block_id = b.id)::int as translations,
      (select count(*) from publication_variant v
        where v.publication_id = b.publication_id and v.block_id = b.id and v.settled_at is null)::int as variants
    from publication_block b where b.publication_id = ${publication}`.execute(tx);
  return rows;
}

export async function ownerNameAndStaff(tx: Db, owner: string): Promise<{ name: string; people: number }> {
  const { rows } = await sql<{ name: string; people: number }>`
    select o.name, (select count(distinct m.person_id) from membership m where m.organisation_id = o.id and m.until is null
      and m.roles && array['ANA', 'LEAD']::role_code[]) as people
    from organisation o where o.id = ${owner}`.execute(tx);
  return rows[0] ?? { name: '', people: 0 };
}

export function contentOf({
  kind,
  heading,
  text,
  data,
}: Pick<BlockRow, 'kind' | 'heading' | 'text' | 'data'>) {
  return BlockContent.parse({ kind, heading, text, ...data });
}
