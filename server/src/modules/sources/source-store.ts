import { gunzipSync } from 'node:zlib';

import type {
  DocumentOutcome,
  HashVerdict,
  Reliability,
  Scope,
  SignatureVerdict,
  SourceDocumentSearch,
  SourceKind,
  SourceSearch,
  Tlp,
  Told,
} from '@busbar/contract';
import { daysToRenewKey, daysUntilDown, minutesUntilLate, troubledOutcomes } from '@busbar/contract';
import { type Generated, type JSONColumnType, type RawBuilder, type Selectable, sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import type { Reading } from './cve-source.ts';
import type { PinnedKey } from './signatures.ts';
import type { Validators } from './transport.ts';

interface PeerTable {
  id: Generated<string>;
  owner_id: string;
  name: string;
  kind: SourceKind;
  address: string;
  hosts: string[];
  local: boolean;
  licence: string;
  reliability: Reliability;
  max_label: Tlp;
  fingerprints: string[];
  keys: JSONColumnType<PinnedKey[], string | undefined, string>;
  must_be_signed: boolean;
  every_minutes: number;
  state: Generated<'on' | 'off'>;
  validators: JSONColumnType<Record<string, Validators>, string | undefined, string>;
  empty: Generated<boolean>;
  problem: JSONColumnType<Told | null, string | null | undefined, string | null>;
  next_at: Date | null;
  last_run_at: Date | null;
  last_success_at: Date | null;
  last_new_at: Date | null;
  failing_since: Date | null;
  unmatched: Generated<boolean>;
  pack_id: string | null;
  as_of: Date | null;
  added_by: string | null;
  created_at: Generated<Date>;
  removed_at: Date | null;
}
export type Peer = Selectable<PeerTable>;

interface RunTable {
  id: Generated<string>;
  owner_id: string;
  peer_id: string;
  job_id: string;
  started_at: Generated<Date>;
  ended_at: Date | null;
  listed: Generated<number>;
  fetched: Generated<number>;
  added: Generated<number>;
  updated: Generated<number>;
  unchanged: Generated<number>;
  held: Generated<number>;
  missed: Generated<number>;
  /** The archive that is being read, and how many of its entries have been. */
  archive: JSONColumnType<Reading | null, string | null | undefined, string | null>;
  place: Generated<number>;
  problems: JSONColumnType<Told[], string | undefined, string>;
}
export type Run = Selectable<RunTable>;

interface DocumentTable {
  id: Generated<string>;
  owner_id: string;
  peer_id: string;
  url: string;
  listed: string | null;
  latest: Generated<boolean>;
  retrieved_at: Generated<Date>;
  publisher: string | null;
  tracking_id: string | null;
  version: string | null;
  title: string | null;
  label: Tlp | null;
  advisory_id: string | null;
  size: number | null;
  sha256: Buffer | null;
  etag: string | null;
  hash: HashVerdict;
  signature: SignatureVerdict;
  signed_by: string | null;
  signed_with: string | null;
  pack_id: string | null;
  outcome: DocumentOutcome;
  problems: JSONColumnType<Told[], string, string>;
  document: Buffer | null;
}
export type DocumentRow = Omit<Selectable<DocumentTable>, 'document' | 'signed_with' | 'pack_id'> & {
  source: string;
  pack: Carrier | null;
};

interface ItemTable {
  id: Generated<string>;
  owner_id: string;
  peer_id: string;
  seq: Generated<number>;
  external_id: string;
  title: string;
  summary: string;
  link: string | null;
  cves: string[];
  published_at: Date | null;
  retrieved_at: Generated<Date>;
  sha256: Buffer;
  raw: Buffer;
}
export type ItemRow = Omit<Selectable<ItemTable>, 'raw'> & { source: string; kind: SourceKind };

interface Labelled {
  owner_id: string;
  peer_id: string;
  label: Tlp;
  scope: Scope;
  cve: string;
}

declare module '../../platform/database.ts' {
  interface Tables {
    peer: PeerTable;
    peer_run: RunTable;
    peer_document: DocumentTable;
    source_item: ItemTable;
    known_exploited: Labelled & {
      added_on: string;
      due_on: string | null;
      ransomware: boolean | null;
      action: string;
    };
    exploit_probability: Labelled & { epss: number; percentile: number; scored_on: string };
  }
}

/** What a list of sources shows besides the source: how much there is of it. */
export type PeerLine = Peer & { documents: number; with_errors: number; items: number; pack: Carrier | null };

/** As the contract has it: by which pack something was carried here. */
export interface Carrier {
  readonly id: string;
  readonly number: number;
  readonly maker: string;
  readonly madeAt: string;
}

const carrier = (
  of: RawBuilder<unknown>,
) => sql<Carrier | null>`(select jsonb_build_object('id', c.id, 'number', c.number, 'maker', c.maker,
  'madeAt', to_char(c.made_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) from pack c where c.id = ${of}) as pack`;

const counted = sql<PeerLine>`p.*, ${carrier(sql`p.pack_id`)},
  (select count(*) from peer_document d where d.peer_id = p.id and d.latest) as documents,
  (select count(*) from peer_document d where d.peer_id = p.id and d.latest and d.outcome = any (${[...troubledOutcomes]})) as with_errors,
  (select count(*) from source_item i where i.peer_id = p.id)
    + (select count(*) from exploit_probability e where e.peer_id = p.id) as items`;

const standing = sql<string>`case
  when p.state = 'off' then 'off'
  when p.failing_since < now() - ${daysUntilDown} * interval '1 day' then 'down'
  when p.failing_since is not null then 'failing'
  when p.last_success_at is null then 'waiting'
  else 'working' end`;

/** Those that `concerns` of a source would not be empty of. */
const concerning = sql`(p.state = 'on' and (
  p.failing_since is not null
  or p.next_at < now() - ${minutesUntilLate} * interval '1 minute'
  or p.must_be_signed and p.fingerprints = '{}' and p.kind like 'csaf%'
  or exists (select from jsonb_to_recordset(p.keys) as k (fingerprint text, expires timestamptz)
    where k.fingerprint = any (p.fingerprints) and k.expires < now() + ${daysToRenewKey} * interval '1 day')))`;

export async function listPeers(
  tx: Db,
  { search, kind, standing: wanted, concerning: only, after, limit }: SourceSearch,
): Promise<PeerLine[]> {
  const { rows } = await sql<PeerLine>`
    select ${counted} from peer p
    where p.removed_at is null
      ${search ? sql`and (p.name ilike ${like(search)} or p.address ilike ${like(search)})` : sql``}
      ${kind ? sql`and p.kind = ${kind}` : sql``}
      ${wanted ? sql`and ${standing} = ${wanted}` : sql``}
      ${only === 'true' ? sql`and ${concerning}` : sql``}
      ${after ? sql`and (lower(p.name), p.id) > (select lower(name), id from peer where id = ${after})` : sql``}
    order by lower(p.name), p.id limit ${limit}`.execute(tx);
  return rows;
}

export async function findPeer(tx: Db, id: string): Promise<PeerLine | undefined> {
  const { rows } =
    await sql<PeerLine>`select ${counted} from peer p where p.id = ${id} and p.removed_at is null`.execute(
      tx,
    );
  return rows[0];
}

/** Held to the end of the transaction, so that two who change it or ask it do so one after the other. */
export async function lockPeer(tx: Db, id: string): Promise<Peer | undefined> {
  return tx
    .selectFrom('peer')
    .selectAll()
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** Those whose time has come. Another program that looks at the same moment finds others. */
export async function lockDue(tx: Db): Promise<Peer[]> {
  return tx
    .selectFrom('peer')
    .selectAll()
    .where('state', '=', 'on')
    .where('removed_at', 'is', null)
    .where('next_at', '<=', sql<Date>`now()`)
    .orderBy('next_at')
    .limit(20)
    .forUpdate()
    .skipLocked()
    .execute();
}

export const isGoing = async (tx: Db, peer: string): Promise<boolean> =>
  (await tx
    .selectFrom('job')
    .select('id')
    .where('subject_id', '=', peer)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst()) !== undefined;

export async function listRuns(
  tx: Db,
  peer: string,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Run[]> {
  let query = tx.selectFrom('peer_run').selectAll().where('peer_id', '=', peer);
  if (after)
    query = query.where(
      sql<boolean>`(started_at, id) < (select started_at, id from peer_run where id = ${after})`,
    );
  return query.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}

const documentColumns = sql`d.id, d.peer_id, d.url, d.listed, d.latest, d.retrieved_at, d.publisher, d.tracking_id, d.version, d.title,
  d.label, d.advisory_id, d.size, d.sha256, d.hash, d.signature, d.signed_by, d.outcome, d.problems, p.name as source, ${carrier(sql`d.pack_id`)}`;

export async function listDocuments(
  tx: Db,
  peer: string,
  { search, outcome, troubled, after, limit }: SourceDocumentSearch,
): Promise<DocumentRow[]> {
  const { rows } = await sql<DocumentRow>`
    select ${documentColumns} from peer_document d join peer p on p.id = d.peer_id
    where d.peer_id = ${peer}
      ${search ? sql`and concat_ws(' ', d.title, d.tracking_id, d.publisher, d.url) ilike ${like(search)}` : sql``}
      ${outcome ? sql`and d.outcome = ${outcome}` : sql``}
      ${troubled === 'true' ? sql`and d.latest and d.outcome = any (${[...troubledOutcomes]})` : sql``}
      ${after ? sql`and (d.retrieved_at, d.id) < (select retrieved_at, id from peer_document where id = ${after})` : sql``}
    order by d.retrieved_at desc, d.id desc limit ${limit}`.execute(tx);
  return rows;
}

export async function documentsOf(tx: Db, advisory: string): Promise<DocumentRow[]> {
  const { rows } = await sql<DocumentRow>`
    select ${documentColumns} from peer_document d join peer p on p.id = d.peer_id
    where d.advisory_id = ${advisory} order by d.retrieved_at desc, d.id limit 200`.execute(tx);
  return rows;
}

/** The sources that are read and brought each of these advisories, and null where one was here before they came. */
export async function waysOf(tx: Db, advisories: readonly string[]): Promise<Map<string, (string | null)[]>> {
  const { rows } = await sql<{ advisory: string; ways: string[]; brought: boolean }>`
    select d.advisory_id as advisory, array_agg(distinct d.peer_id) as ways,
      bool_or(d.outcome in ('added', 'updated')) as brought
    from peer_document d join peer p on p.id = d.peer_id
    where d.advisory_id = any (${[...advisories]}::uuid[]) and p.removed_at is null and d.outcome in ('added', 'updated', 'unchanged')
    group by d.advisory_id`.execute(tx);
  return new Map(rows.map(({ advisory, ways, brought }) => [advisory, brought ? ways : [...ways, null]]));
}

export async function findOriginal(tx: Db, peer: string, id: string) {
  return tx
    .selectFrom('peer_document')
    .select(['id', 'url', 'document', 'size', 'tracking_id'])
    .where('peer_id', '=', peer)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function listItems(
  tx: Db,
  peer: string,
  { search, after, limit }: { search?: string | undefined; after?: string | undefined; limit: number },
): Promise<ItemRow[]> {
  const { rows } = await sql<ItemRow>`
    select ${itemColumns} from source_item i join peer p on p.id = i.peer_id
    where i.peer_id = ${peer}
      ${search ? sql`and (i.title ilike ${like(search)} or i.external_id ilike ${like(search)} or i.summary ilike ${like(search)})` : sql``}
      ${after ? sql`and (${place}, i.id) < (select ${place}, i.id from source_item i where i.id = ${after})` : sql``}
    order by ${place} desc, i.id desc limit ${limit}`.execute(tx);
  return rows;
}

export async function itemsAfter(tx: Db, seq: number, limit: number): Promise<ItemRow[]> {
  const { rows } = await sql<ItemRow>`
    select ${itemColumns} from source_item i join peer p on p.id = i.peer_id
    where i.seq > ${seq} order by i.seq limit ${limit}`.execute(tx);
  return rows;
}

export async function itemsNaming(tx: Db, cve: string, limit: number): Promise<ItemRow[]> {
  const { rows } = await sql<ItemRow>`
    select ${itemColumns} from source_item i join peer p on p.id = i.peer_id
    where i.cves @> array[${cve}] order by i.seq desc limit ${limit}`.execute(tx);
  return rows;
}

export interface KeptItem {
  readonly id: string;
  readonly externalId: string;
  readonly title: string;
  readonly summary: string;
  readonly link: string | null;
  readonly cves: readonly string[];
  readonly at: Date;
  readonly raw: Buffer;
}

/** Of the content of these items, as it was last. */
export async function hashesOf(tx: Db, peer: string, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const { rows } = await sql<{ id: string; sha256: Buffer }>`
    select external_id as id, sha256 from source_item where peer_id = ${peer} and external_id = any (${[...ids]}::text[])`.execute(
    tx,
  );
  return new Map(rows.map(({ id, sha256 }) => [id, sha256]));
}

export async function countExploited(tx: Db, peer: string): Promise<number> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from known_exploited where peer_id = ${peer}`.execute(tx);
  return rows[0]!.count;
}

/** What the catalogue of known exploited vulnerabilities once listed and does not list now. */
export async function takenBack(tx: Db, peer: string): Promise<KeptItem[]> {
  const { rows } = await sql<KeptItem>`
    select ${keptColumns} from source_item i where i.peer_id = ${peer}
      and not exists (select from known_exploited k where k.peer_id = i.peer_id and k.cve = i.external_id)`.execute(
    tx,
  );
  return rows.map(unpacked);
}

/** Forgets every item of a source but these, and gives back what it was. */
export async function forgetOthers(tx: Db, peer: string, ids: readonly string[]): Promise<KeptItem[]> {
  const { rows } = await sql<KeptItem>`
    delete from source_item i where i.peer_id = ${peer} and not i.external_id = any (${[...ids]}::text[])
    returning ${keptColumns}`.execute(tx);
  return rows.map(unpacked);
}

/** The source that stands at an address. */
export async function peerAt(tx: Db, owner: string, address: string): Promise<Peer | undefined> {
  return tx
    .selectFrom('peer')
    .selectAll()
    .where('owner_id', '=', owner)
    .where('address', '=', address)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
}

/** Documents of a pack that are not what the library shows of them. */
export async function leftOutOf(tx: Db, peer: string, pack: string): Promise<{ name: string; why: Told }[]> {
  const rows = await tx
    .selectFrom('peer_document')
    .select(['url as name', 'problems'])
    .where('peer_id', '=', peer)
    .where('pack_id', '=', pack)
    .where('outcome', 'in', ['older', 'conflict', 'held', 'unreadable', 'missed'])
    .orderBy('url')
    .limit(200)
    .execute();
  return rows.flatMap(({ name, problems }) => (problems[0] ? [{ name, why: problems[0] }] : []));
}

/** What of a source is in the library as the source has it now. */
export async function documentsToCarry(tx: Db, peer: string, most: Tlp) {
  const { rows } = await sql<{
    url: string;
    listed: string | null;
    signed_with: string | null;
    publisher: string;
    trackingId: string;
    version: string;
    advisory: string;
    sha256: Buffer;
  }>`
    select url, listed, signed_with, publisher, tracking_id as "trackingId", version, advisory_id as advisory, sha256
    from peer_document
    where peer_id = ${peer} and latest and advisory_id is not null and outcome in ('added', 'updated', 'unchanged')
      and label <= ${most}::tlp
    order by url collate "C"`.execute(tx);
  return rows;
}

/** Entries of a catalogue of exploited vulnerabilities that it lists now, as they came. */
export async function exploitedToCarry(tx: Db, peer: string): Promise<string[]> {
  const { rows } = await sql<{ raw: Buffer }>`
    select i.raw from source_item i join known_exploited k on k.peer_id = i.peer_id and k.cve = i.external_id
    where i.peer_id = ${peer} order by i.external_id collate "C"`.execute(tx);
  return rows.map(({ raw }) => gunzipSync(raw).toString('utf8'));
}

/** Of the last day on which there were any. */
export async function scoresToCarry(tx: Db, peer: string) {
  const { rows } = await sql<{ cve: string; epss: number; percentile: number; scoredOn: string }>`
    select cve, epss, percentile, scored_on::text as "scoredOn" from exploit_probability
    where peer_id = ${peer} and scored_on = (select max(scored_on) from exploit_probability where peer_id = ${peer})
    order by cve collate "C"`.execute(tx);
  return {
    scoredOn: rows[0]?.scoredOn ?? '',
    rows: rows.map((row) => ({ ...row, epss: rounded(row.epss), percentile: rounded(row.percentile) })),
  };
}

/** The newest entries of a feed, as they came. */
export async function newestItems(tx: Db, peer: string, most: number): Promise<string[]> {
  const { rows } = await sql<{ raw: Buffer }>`
    select i.raw from source_item i where i.peer_id = ${peer}
    order by ${place} desc, i.external_id collate "C" limit ${most}`.execute(tx);
  return rows.map(({ raw }) => gunzipSync(raw).toString('utf8'));
}

export async function itemIds(tx: Db, peer: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select external_id as id from source_item where peer_id = ${peer} order by external_id collate "C"`.execute(
    tx,
  );
  return rows.map(({ id }) => id);
}

export async function rawItems(
  tx: Db,
  peer: string,
  ids: readonly string[],
): Promise<{ id: string; raw: Buffer }[]> {
  const { rows } = await sql<{ id: string; raw: Buffer }>`
    select external_id as id, raw from source_item
    where peer_id = ${peer} and external_id = any (${[...ids]}::text[]) order by external_id collate "C"`.execute(
    tx,
  );
  return rows.map(({ id, raw }) => ({ id, raw: gunzipSync(raw) }));
}

/** What a catalogue said goes at once as far as its source now may, whether or not it is ever read again. */
export async function relabel(
  tx: Db,
  peer: string,
  reach: { readonly label: Tlp; readonly scope: Scope },
): Promise<void> {
  for (const table of ['known_exploited', 'exploit_probability', 'brought_detection'] as const)
    await tx.updateTable(table).set(reach).where('peer_id', '=', peer).execute();
}

/** How much of a source is here, in whatever it brings. */
export async function countHeld(tx: Db, { id, kind }: Pick<Peer, 'id' | 'kind'>): Promise<number> {
  const table = bringsDocuments(kind)
    ? sql`peer_document where latest and advisory_id is not null and`
    : kind === 'epss'
      ? sql`exploit_probability where`
      : kind === 'kev'
        ? sql`known_exploited where`
        : kind === 'detections'
          ? sql`brought_detection where`
          : sql`source_item where`;
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from ${table} peer_id = ${id}`.execute(tx);
  return rows[0]!.count;
}

/** Kinds that bring documents into the library; the others are catalogues and news. */
export const bringsDocuments = (kind: SourceKind): boolean => kind.startsWith('csaf') || kind === 'archive';

type SpeakingPeer = Pick<Peer, 'id' | 'name' | 'kind' | 'max_label'>;

/** What catalogues of the CERT say of vulnerabilities now: CVE records, entries of KEV, what other CERTs stand for. */
export async function itemsAbout(
  tx: Db,
  owner: string,
  cves: readonly string[],
): Promise<{ peer: SpeakingPeer; item: KeptItem }[]> {
  const { rows } = await sql<KeptItem & { peer: SpeakingPeer }>`
    select ${keptColumns}, ${peerColumns} as peer
    from source_item i join peer p on p.id = i.peer_id
    where i.owner_id = ${owner} and i.cves && ${[...cves]}::text[] and i.external_id = any (${[...cves]}::text[])
      and p.removed_at is null and (p.kind in ('cve', 'claims') or exists (
        select from known_exploited k where k.peer_id = i.peer_id and k.cve = i.external_id))`.execute(tx);
  return rows.map(({ peer, ...item }) => ({ peer, item: unpacked(item) }));
}

export async function scoresAbout(
  tx: Db,
  owner: string,
  cves: readonly string[],
): Promise<{ peer: SpeakingPeer; cve: string; epss: number; percentile: number; scoredOn: string }[]> {
  const { rows } = await sql<{
    peer: SpeakingPeer;
    cve: string;
    epss: number;
    percentile: number;
    scoredOn: string;
  }>`
    select ${peerColumns} as peer, e.cve, e.epss, e.percentile, e.scored_on::text as "scoredOn"
    from exploit_probability e join peer p on p.id = e.peer_id
    where e.owner_id = ${owner} and e.cve = any (${[...cves]}::text[]) and p.removed_at is null`.execute(tx);
  return rows.map((row) => ({ ...row, epss: rounded(row.epss), percentile: rounded(row.percentile) }));
}

/** The scores that a source gave until now, as the database keeps them: in single precision. */
export async function scoresOf(tx: Db, peer: string, cves: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ cve: string; epss: number }>`
    select cve, epss from exploit_probability where peer_id = ${peer} and cve = any (${[...cves]}::text[])`.execute(
    tx,
  );
  return new Map(rows.map(({ cve, epss }) => [cve, Math.fround(epss)]));
}

const keptColumns = sql`i.id, i.external_id as "externalId", i.title, i.summary, i.link, i.cves,
  coalesce(i.published_at, i.retrieved_at) as at, i.raw`;
const peerColumns = sql`jsonb_build_object('id', p.id, 'name', p.name, 'kind', p.kind, 'max_label', p.max_label)`;
const unpacked = <Item extends KeptItem>(item: Item): Item => ({ ...item, raw: gunzipSync(item.raw) });

const itemColumns = sql`i.id, i.peer_id, i.seq, i.external_id, i.title, i.summary, i.link, i.cves, i.published_at, i.retrieved_at,
  i.sha256, p.name as source, p.kind`;
/** Where an item stands among the newest: a date in the future does not hold the first place. */
const place = sql`least(coalesce(i.published_at, i.retrieved_at), i.retrieved_at)`;

export interface Exploitation {
  /** In a catalogue of vulnerabilities that are exploited. Dates are ISO days. */
  readonly known: {
    readonly source: string;
    readonly addedOn: string;
    readonly dueOn: string | null;
    readonly ransomware: boolean | null;
    readonly action: string;
  } | null;
  /** EPSS: the probability, 0 to 1, of being exploited within thirty days, and the share of all that have less. */
  readonly probability: {
    readonly source: string;
    readonly epss: number;
    readonly percentile: number;
    readonly scoredOn: string;
  } | null;
}

export async function exploitationOf(tx: Db, cves: readonly string[]): Promise<Map<string, Exploitation>> {
  const known = await sql<{
    cve: string;
    source: string | null;
    added: string;
    due: string | null;
    ransomware: boolean | null;
    action: string;
  }>`
    select distinct on (k.cve) k.cve, p.name as source, k.added_on::text as added, k.due_on::text as due, k.ransomware, k.action
    from known_exploited k left join peer p on p.id = k.peer_id
    where k.cve = any (${[...cves]}) order by k.cve, k.added_on`.execute(tx);
  const probable = await sql<{
    cve: string;
    source: string | null;
    epss: number;
    percentile: number;
    scored: string;
  }>`
    select distinct on (e.cve) e.cve, p.name as source, e.epss, e.percentile, e.scored_on::text as scored
    from exploit_probability e left join peer p on p.id = e.peer_id
    where e.cve = any (${[...cves]}) order by e.cve, e.scored_on desc`.execute(tx);
  const found = new Map<string, Exploitation>();
  for (const { cve, source, added, due, ransomware, action } of known.rows)
    found.set(cve, {
      known: { source: source ?? '', addedOn: added, dueOn: due, ransomware, action },
      probability: null,
    });
  for (const { cve, source, epss, percentile, scored } of probable.rows)
    found.set(cve, {
      known: found.get(cve)?.known ?? null,
      // Reals in the database, five decimals in the catalogue.
      probability: {
        source: source ?? '',
        epss: rounded(epss),
        percentile: rounded(percentile),
        scoredOn: scored,
      },
    });
  return found;
}

const rounded = (value: number) => Math.round(value * 1e5) / 1e5;
const like = (text: string) => `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`;
