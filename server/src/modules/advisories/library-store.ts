import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

import type { Scope, Tlp, Told } from '@busbar/contract';
import { type RawBuilder, sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Refusal } from './advisory-store.ts';
import { told, type Received } from './received.ts';
import { compareDocumentVersions } from './versions.ts';

/** What came of putting documents into the library. */
export interface Outcome {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: readonly Refusal[];
  /** The edition that these changes make up; null when nothing changed. */
  readonly edition: number | null;
  /** What became of each document, in the order in which they were handed over. */
  readonly taken: readonly Taken[];
  /** What is new on the shelves, and under which id it stands there. */
  readonly shelved: readonly Shelved[];
}

export interface Shelved extends Received {
  readonly id: string;
  readonly audience: readonly string[];
  readonly ours: boolean;
}

/** How far the CERT let go what it said itself; label and document alone would say it otherwise. */
export interface Reach {
  readonly label: Tlp;
  readonly scope: Scope;
  readonly audience: readonly string[];
}

export interface Taken {
  readonly as: 'added' | 'updated' | 'unchanged' | 'older' | 'conflict' | 'withheld';
  /** Its place in the library; null when it is one that the actor may not know of. */
  readonly advisory: string | null;
  /** Why it is not what the library shows. */
  readonly why: Told | null;
}

export interface NamedDocument {
  readonly name: string;
  readonly received: Received;
}

const together = 200;

/**
 * Puts documents on the shelves, in the caller's transaction. A later version takes the place of an earlier one and
 * never the other way round; the same version with other bytes is noted and not taken. Doing it twice changes nothing.
 *
 * @param ours how far they go where the CERT itself says them: what lies there of it, only it replaces
 */
export async function shelve(
  tx: Db,
  actor: Actor,
  documents: readonly NamedDocument[],
  ours?: Reach,
): Promise<Outcome> {
  // Held to the end: two imports at once would each not see what the other adds.
  const { number: last } = await tx
    .selectFrom('advisory_edition')
    .select('number')
    .forUpdate()
    .executeTakeFirstOrThrow();
  const edition = last + 1;
  const shelf = await present(
    tx,
    actor,
    documents.map(({ received }) => received),
  );
  const taken: Taken[] = [];

  for (const { received } of documents) {
    const place = shelf.get(keyOf(received));
    if (!place) {
      const id = randomUUID();
      shelf.set(keyOf(received), {
        id,
        isNew: true,
        ours: false,
        versions: new Map([[received.version, received.sha256]]),
        current: received.version,
        best: received,
        kept: [received],
        note: undefined,
      });
      taken.push({ as: 'added', advisory: id, why: null });
      continue;
    }
    const advisory = place.id;
    const known = place.versions.get(received.version);
    const order = compareDocumentVersions(received.version, place.current);
    if (known?.equals(received.sha256)) taken.push({ as: 'unchanged', advisory, why: null });
    else if (place.ours && !ours)
      taken.push({ as: 'conflict', advisory, why: saidByUs(received, place.current) });
    else if (known || order === 0) {
      place.note = differs(received);
      taken.push({ as: 'conflict', advisory, why: place.note });
    } else if (order < 0) taken.push({ as: 'older', advisory, why: older(received, place.current) });
    else {
      place.versions.set(received.version, received.sha256);
      place.kept.push(received);
      place.best = received;
      place.current = received.version;
      taken.push({ as: 'updated', advisory, why: null });
    }
  }

  const touched = [...shelf.values()].filter(({ kept }) => kept.length > 0);
  const shelved: Shelved[] = [];
  for (const some of chunksOf(touched, together)) {
    const withheld = new Set(await write(tx, actor, some, { edition, ours }));
    for (const { id, best } of some)
      if (!withheld.has(id))
        shelved.push({ ...best!, ...reachOf(best!, actor, ours), id, ours: ours !== undefined });
    for (const [place, { received }] of documents.entries())
      if (withheld.has(shelf.get(keyOf(received))!.id))
        taken[place] = { as: 'withheld', advisory: null, why: withheldFrom(received) };
  }
  for (const { id, note, best } of shelf.values()) if (note && !best) await addProblem(tx, id, note);
  if (touched.length > 0) await tx.updateTable('advisory_edition').set({ number: edition }).execute();
  const count = (as: Taken['as']) => taken.filter((one) => one.as === as).length;
  return {
    added: count('added'),
    updated: count('updated'),
    unchanged: count('unchanged'),
    refused: taken.flatMap(({ why }, place) => (why ? [{ name: documents[place]!.name, why }] : [])),
    edition: touched.length > 0 ? edition : null,
    taken,
    shelved,
  };
}

interface Place {
  readonly id: string;
  readonly isNew: boolean;
  readonly ours: boolean;
  /** Hashes by version. */
  readonly versions: Map<string, Buffer>;
  current: string;
  /** What takes the place; undefined while nothing new did. */
  best: Received | undefined;
  readonly kept: Received[];
  note: Told | undefined;
}

/** What a document calls itself, and what it is. */
export type Foreseen = Pick<Received, 'publisher' | 'trackingId' | 'version'> & {
  /** In hexadecimal. */
  readonly sha256: string;
};

/** What `shelve` would do with each of these, were it done now. */
export async function foresee(
  tx: Db,
  actor: Actor,
  documents: readonly Foreseen[],
): Promise<Exclude<Taken['as'], 'withheld'>[]> {
  const shelf = await present(tx, actor, documents);
  return documents.map((document) => {
    const place = shelf.get(keyOf(document));
    if (!place) return 'added';
    const known = place.versions.get(document.version);
    const order = compareDocumentVersions(document.version, place.current);
    if (known?.toString('hex') === document.sha256) return 'unchanged';
    return place.ours || known || order === 0 ? 'conflict' : order < 0 ? 'older' : 'updated';
  });
}

/** What the CERT itself said last under this number. */
export async function findOurs(
  tx: Db,
  owner: string,
  trackingId: string,
): Promise<
  (Reach & { readonly id: string; readonly version: string; readonly document: Buffer }) | undefined
> {
  return tx
    .selectFrom('advisory as a')
    .innerJoin('advisory_version as v', (join) =>
      join.onRef('v.advisory_id', '=', 'a.id').onRef('v.version', '=', 'a.version'),
    )
    .select(['a.id', 'a.label', 'a.scope', 'a.audience', 'a.version', 'v.document'])
    .where('a.owner_id', '=', owner)
    .where('a.tracking_id', '=', trackingId)
    .where('a.ours', '=', true)
    .executeTakeFirst();
}

/** A CERT that is called otherwise since then says the same thing, and no second one. */
export async function renameOurs(tx: Db, id: string, publisher: string): Promise<void> {
  await sql`update advisory a set publisher = ${publisher} where id = ${id} and publisher <> ${publisher}
    and not exists (select from advisory o where o.owner_id = a.owner_id and o.publisher = ${publisher}
      and o.tracking_id = a.tracking_id)`.execute(tx);
}

/** What the library shows now, of this owner and labelled no stricter, in the order of its numbers. */
export async function shownDocuments(
  tx: Db,
  owner: string,
  most: Tlp,
): Promise<(Foreseen & { advisory: string })[]> {
  const { rows } = await sql<Omit<Foreseen, 'sha256'> & { advisory: string; sha256: Buffer }>`
    select a.id as advisory, a.publisher, a.tracking_id as "trackingId", a.version, v.sha256
    from advisory a join advisory_version v on v.advisory_id = a.id and v.version = a.version
    where a.owner_id = ${owner} and a.label <= ${most}::tlp
    order by a.publisher collate "C", a.tracking_id collate "C"`.execute(tx);
  return rows.map((row) => ({ ...row, sha256: row.sha256.toString('hex') }));
}

/** By hash, in hexadecimal. */
export async function originalsOf(
  tx: Db,
  wanted: readonly { readonly advisory: string; readonly sha256: string }[],
): Promise<Map<string, Buffer>> {
  const { rows } = await sql<{ sha256: Buffer; document: Buffer }>`
    select sha256, document from advisory_version
    where (advisory_id, sha256) in (select * from unnest(
      ${wanted.map(({ advisory }) => advisory)}::uuid[], ${wanted.map(({ sha256 }) => Buffer.from(sha256, 'hex'))}::bytea[]))`.execute(
    tx,
  );
  return new Map(rows.map(({ sha256, document }) => [sha256.toString('hex'), gunzipSync(document)]));
}

const keyOf = ({ publisher, trackingId }: Pick<Received, 'publisher' | 'trackingId'>) =>
  `${publisher}\n${trackingId}`;

async function present(
  tx: Db,
  actor: Actor,
  documents: readonly Pick<Received, 'publisher' | 'trackingId'>[],
): Promise<Map<string, Place>> {
  const shelf = new Map<string, Place>();
  for (const some of chunksOf(documents, 2000)) {
    const { rows } = await sql<{
      id: string;
      publisher: string;
      tracking_id: string;
      current: string;
      ours: boolean;
      version: string;
      sha256: Buffer;
    }>`
      select a.id, a.publisher, a.tracking_id, a.version as current, a.ours, v.version, v.sha256
      from advisory a join advisory_version v on v.advisory_id = a.id
      where a.owner_id = ${actor.organisation} and (a.publisher, a.tracking_id) in (
        select * from unnest(${some.map(({ publisher }) => publisher)}::text[], ${some.map(({ trackingId }) => trackingId)}::text[]))`.execute(
      tx,
    );
    for (const row of rows) {
      const key = keyOf({ publisher: row.publisher, trackingId: row.tracking_id });
      const place: Place = shelf.get(key) ?? {
        id: row.id,
        isNew: false,
        ours: row.ours,
        versions: new Map(),
        current: row.current,
        best: undefined,
        kept: [],
        note: undefined,
      };
      place.versions.set(row.version, row.sha256);
      shelf.set(key, place);
    }
  }
  return shelf;
}

/** Gives back the ids of those that are there already, for named people only, and not for this actor. */
async function write(
  tx: Db,
  actor: Actor,
  all: readonly Place[],
  { edition, ours }: { readonly edition: number; readonly ours: Reach | undefined },
): Promise<string[]> {
  const owner = actor.organisation!;
  const rowsOf = (places: readonly Place[]) =>
    places.map(({ id, best, note }) => ({
      ...rowOf(best!, reachOf(best!, actor, ours), note),
      id,
      owner_id: owner,
      edition,
      ours: ours !== undefined,
    }));
  const [fresh, old] = [all.filter(({ isNew }) => isNew), all.filter(({ isNew }) => !isNew)];
  const taken = new Set(old.map(({ id }) => id));
  if (fresh.length) {
    const rows = await tx
      .insertInto('advisory')
      .values(rowsOf(fresh))
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    for (const { id } of rows) taken.add(id);
  }
  if (old.length) {
    // The words of a public advisory hold it to being public; they come back below, if it still is.
    await tx
      .deleteFrom('advisory_word_public')
      .where('advisory_id', 'in', [...taken])
      .execute();
    for (const { id, ...row } of rowsOf(old))
      await tx.updateTable('advisory').set(row).where('id', '=', id).execute();
  }
  const places = all.filter(({ id }) => taken.has(id));
  if (places.length === 0) return all.map(({ id }) => id);

  await tx
    .insertInto('advisory_version')
    .values(
      places.flatMap(({ id, kept }) =>
        kept.map((received) => ({
          owner_id: owner,
          advisory_id: id,
          version: received.version,
          ...reachOf(received, actor, ours),
          sha256: received.sha256,
          size: received.size,
          document: received.document,
        })),
      ),
    )
    .execute();

  const open = places.filter(({ best }) => isOpen(reachOf(best!, actor, ours)));
  if (open.length)
    await tx
      .insertInto('advisory_word_public')
      .values(open.map(({ id, best }) => ({ advisory_id: id, words: vector(best!.words) })))
      .execute();
  return all.filter(({ id }) => !taken.has(id)).map(({ id }) => id);
}

function rowOf(received: Received, reach: ReturnType<typeof reachOf>, note: Told | undefined) {
  return {
    ...reach,
    publisher: received.publisher,
    tracking_id: received.trackingId,
    version: received.version,
    status: received.status,
    title: received.title,
    vendors: [...received.vendors],
    vendor_keys: [...received.vendorKeys],
    cves: [...received.cves],
    severity: received.severity,
    score: received.score,
    has_fix: received.hasFix,
    published_at: received.publishedAt,
    updated_at: received.updatedAt,
    newest_at: received.newestAt,
    facts: received.facts,
    words: isOpen(reach) ? null : vector(received.words),
    problems: JSON.stringify([...received.problems, ...(note ? [note] : [])]),
  };
}

const isOpen = ({ label, scope }: Pick<Reach, 'label' | 'scope'>) => label === 'CLEAR' && scope === 'public';

/** What is for named people only is for the one who brought it. */
const reachOf = ({ label, scope }: Received, { person }: Actor, ours: Reach | undefined) =>
  ours
    ? { label: ours.label, scope: ours.scope, audience: [...ours.audience] }
    : { label, scope, audience: scope === 'named' && person ? [person] : [] };

const vector = (words: string): RawBuilder<string> =>
  sql<string>`array_to_tsvector(string_to_array(${words}, ' '))`;

async function addProblem(tx: Db, id: string, problem: Told): Promise<void> {
  await sql`update advisory set problems = problems || ${JSON.stringify([problem])}::jsonb
    where id = ${id} and not problems @> ${JSON.stringify([{ code: problem.code, params: problem.params }])}::jsonb`.execute(
    tx,
  );
}

const differs = ({ trackingId, version }: Received) =>
  told(
    'same-version-differs',
    `Version ${version} of ${trackingId} was received before with other content; the first one is kept. Ask its publisher which one holds`,
    { trackingId, version },
  );

const older = ({ trackingId, version }: Received, current: string) =>
  told(
    'older-version',
    `Version ${version} of ${trackingId} is older than version ${current}, which is kept`,
    {
      trackingId,
      version,
      current,
    },
  );

const saidByUs = ({ trackingId, version }: Received, current: string) =>
  told(
    'said-by-us',
    `Version ${version} of ${trackingId} is not what this CERT has released under that number; version ${current}, which it released, is kept`,
    { trackingId, version, current },
  );

const withheldFrom = ({ trackingId }: Received) =>
  told('kept-for-others', `${trackingId} is here already, for named people only`, { trackingId });

function* chunksOf<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}
