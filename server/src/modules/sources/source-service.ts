import { mkdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import {
  daysToRenewKey,
  daysUntilDown,
  done,
  type FileAnswer,
  type Job,
  minutesUntilLate,
  type Paging,
  type Source,
  type SourceDocument,
  type SourceDocumentSearch,
  type SourceItem,
  type SourceRun,
  type SourceSearch,
  type SourceStanding,
  type Told,
  type sourceApi,
} from '@busbar/contract';
import { sql } from 'kysely';
import type { z } from 'zod';

import { type Actor, onBehalfOf, visitor } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import type { Database, Db } from '../../platform/database.ts';
import { urlOf } from '../../platform/fetcher.ts';
import type { Ask } from '../../platform/http.ts';
import { cancelJobsOf, type Jobs, lastJobs, toJob, type Work } from '../../platform/jobs.ts';
import { conflict, malformed, notFound, tooMany } from '../../platform/problem.ts';
import { forgetDetections } from '../detections/detection-service.ts';
import { discover, lookInto } from './discover.ts';
import { type Entry, entryOf, openness, scoreEntries } from './entries.ts';
import { type CarriedFile, carriedOut, CarriedShelf, isOnlyCarried } from './carried.ts';
import { type CarriedHere, sourceWorker, type SourceParts } from './source-jobs.ts';
import { Folder, note } from './transport.ts';
import {
  countHeld,
  type DocumentRow,
  documentsOf,
  exploitationOf,
  findOriginal,
  findPeer,
  isGoing,
  type ItemRow,
  itemsAbout,
  itemsAfter,
  itemsNaming,
  listDocuments,
  listItems,
  listPeers,
  listRuns,
  lockDue,
  lockPeer,
  type Peer,
  peerAt,
  type PeerLine,
  relabel,
  scoresAbout,
  waysOf,
} from './source-store.ts';

export type { Board, Entry } from './entries.ts';
export { addressOfPacks, CarriedSource, isReadHere, UnknownSource } from './carried.ts';
export { bringsDocuments } from './source-store.ts';
export type { CarriedDocument, CarriedFile } from './carried.ts';
export type { CarriedRun } from './source-jobs.ts';
export type { Exploitation } from './source-store.ts';
export type SourceService = ReturnType<typeof sourceService>;

export interface SourceServiceParts extends SourceParts {
  readonly database: Database;
  readonly jobs: Jobs;
  /** Called in the transaction that removes a source. */
  readonly removed: (
    tx: Db,
    source: { id: string; name: string; owner: string; addedBy: string | null },
    claims: 'keep' | 'delete',
  ) => Promise<void>;
}

type Body<Name extends keyof typeof sourceApi> = z.infer<(typeof sourceApi)[Name]['body']>;
type ById = { id: string };

/** People wait for it, so it is done at once; more than this at the same time would hold up others. */
const mostLooks = 4;

export function sourceService(parts: SourceServiceParts) {
  const { database, jobs, fetcher, folders } = parts;
  mkdirSync(folders, { recursive: true, mode: 0o700 });
  const worker = sourceWorker(parts);
  let looks = 0;

  return {
    async list(tx: Db, search: SourceSearch) {
      const rows = await listPeers(tx, search);
      const last = await lastJobs(
        tx,
        rows.map(({ id }) => id),
      );
      return {
        items: rows.map((row) => toSource(row, last.get(row.id))),
        next: rows.length === search.limit ? rows.at(-1)!.id : null,
      };
    },

    get: one,

    async look({ body: { address, local }, trail }: Ask<unknown, unknown, Body<'look'>>) {
      trail.on({ kind: 'source', name: address.slice(0, 200) });
      if (address.startsWith('folder:')) return lookInto(new Folder(folders, address), address);
      if (looks >= mostLooks)
        throw tooMany('busy-looking', 'Others are looking at addresses just now; try again in half a minute');
      looks++;
      try {
        return await discover(fetcher, address, local);
      } finally {
        looks--;
      }
    },

    async add({ tx, actor, body, trail, afterCommit }: Ask<unknown, unknown, Body<'add'>>): Promise<Source> {
      const isFolder = body.address.startsWith('folder:');
      if (isFolder && body.kind.startsWith('csaf'))
        throw malformed('folder-is-archive', 'A folder holds documents; choose “folder or archive” for it');
      const address = isFolder ? body.address : addressOf(body.address, body.local);
      const hosts = isFolder ? [] : [...new Set([new URL(address).host, ...body.hosts])];
      const row = await tx
        .insertInto('peer')
        .values({
          owner_id: actor.organisation!,
          ...columnsOf(body),
          kind: body.kind,
          address,
          hosts,
          local: body.local,
          added_by: actor.person,
        })
        .onConflict((unless) =>
          unless.columns(['owner_id', 'address']).where('removed_at', 'is', null).doNothing(),
        )
        .returning('id')
        .executeTakeFirst();
      if (!row) throw conflict('source-there', 'This address is a source already', { address });
      trail.on({
        kind: 'source',
        id: row.id,
        name: body.name,
        owner: actor.organisation,
        details: { address, kind: body.kind, local: body.local, maxTlp: body.maxTlp },
      });
      await enqueue(tx, actor, { id: row.id, name: body.name });
      afterCommit(() => jobs.wake());
      return one(tx, row.id);
    },

    async change({
      tx,
      actor,
      params: { id },
      body,
      trail,
    }: Ask<ById, unknown, Body<'change'>>): Promise<Source> {
      const peer = (await lockPeer(tx, id)) ?? missing();
      if (isOnlyCarried(peer.address) && body.state === 'on') throw onlyCarried();
      const isFolder = peer.address.startsWith('folder:') || isOnlyCarried(peer.address);
      const hosts = isFolder ? [] : [...new Set([new URL(peer.address).host, ...body.hosts])];
      const was = {
        state: peer.state,
        hosts: peer.hosts,
        maxTlp: peer.max_label,
        fingerprints: peer.fingerprints,
        mustBeSigned: peer.must_be_signed,
      };
      const now = {
        state: body.state,
        hosts,
        maxTlp: body.maxTlp,
        fingerprints: body.fingerprints,
        mustBeSigned: body.mustBeSigned,
      };
      await tx
        .updateTable('peer')
        .set({
          ...columnsOf(body),
          hosts,
          state: body.state,
          // What was held back under the old settings is fetched and judged once more.
          validators: '{}',
          next_at: body.state === 'on' ? new Date() : null,
        })
        .where('id', '=', id)
        .execute();
      await tx
        .updateTable('peer_document')
        .set({ latest: false })
        .where('peer_id', '=', id)
        .where('outcome', '=', 'held')
        .execute();
      if (body.maxTlp !== peer.max_label) {
        await relabel(tx, id, openness(body.maxTlp));
        await parts.board.relabelled(tx, peer.owner_id, id, openness(body.maxTlp));
      }
      if (body.state === 'off') await cancelJobsOf(tx, id);
      trail.on({ kind: 'source', id, name: body.name, owner: actor.organisation, details: { was, now } });
      return one(tx, id);
    },

    async remove({
      tx,
      actor,
      params: { id },
      query: { claims },
      trail,
      afterCommit,
    }: Ask<ById, { claims: 'keep' | 'delete' }>) {
      const peer = (await lockPeer(tx, id)) ?? missing();
      await cancelJobsOf(tx, id);
      // What a catalogue said stops to count with it; documents stay where they are, under its name.
      await tx.deleteFrom('known_exploited').where('peer_id', '=', id).execute();
      await tx.deleteFrom('exploit_probability').where('peer_id', '=', id).execute();
      await forgetDetections(tx, id);
      await tx
        .updateTable('peer')
        .set({ removed_at: new Date(), state: 'off', next_at: null })
        .where('id', '=', id)
        .execute();
      const { name, owner_id: owner, added_by: addedBy } = peer;
      await parts.removed(tx, { id, name, owner, addedBy }, claims);
      afterCommit(() => jobs.wake());
      trail.on({
        kind: 'source',
        id,
        name,
        owner: actor.organisation,
        details: { address: peer.address, claims },
      });
      return done;
    },

    async ask({ tx, actor, params: { id }, trail, afterCommit }: Ask<ById>): Promise<Job> {
      const peer = (await lockPeer(tx, id)) ?? missing();
      if (isOnlyCarried(peer.address)) throw onlyCarried();
      if (await isGoing(tx, id))
        throw conflict('source-running', 'This source is being read already; wait, or cancel that run');
      trail.on({ kind: 'source', id, name: peer.name, owner: actor.organisation });
      // Who asks by hand has seen what stopped it.
      const job = await enqueue(tx, actor, peer, { byHand: true });
      afterCommit(() => jobs.wake());
      return job;
    },

    async runs(tx: Db, id: string, paging: Paging) {
      await one(tx, id);
      const rows = await listRuns(tx, id, paging);
      const found =
        rows.length === 0
          ? []
          : await tx
              .selectFrom('job')
              .selectAll()
              .where(
                'id',
                'in',
                rows.map(({ job_id }) => job_id),
              )
              .execute();
      const jobsById = new Map(found.map((row) => [row.id, toJob(row)]));
      return {
        items: rows.map(
          ({
            id: run,
            job_id,
            started_at,
            ended_at,
            listed,
            fetched,
            added,
            updated,
            unchanged,
            held,
            missed,
            problems,
          }): SourceRun => ({
            id: run,
            job: jobsById.get(job_id) ?? null,
            startedAt: started_at.toISOString(),
            endedAt: ended_at?.toISOString() ?? null,
            listed,
            fetched,
            added,
            updated,
            unchanged,
            held,
            missed,
            problems,
          }),
        ),
        next: rows.length === paging.limit ? rows.at(-1)!.id : null,
      };
    },

    async documents(tx: Db, id: string, search: SourceDocumentSearch) {
      await one(tx, id);
      const rows = await listDocuments(tx, id, search);
      return { items: rows.map(toDocument), next: rows.length === search.limit ? rows.at(-1)!.id : null };
    },

    /** Held or unreadable: never shown in place, and named so that nobody takes it for an advisory. */
    async original({ tx, params, trail, actor }: Ask<{ id: string; document: string }>): Promise<FileAnswer> {
      const found = (await findOriginal(tx, params.id, params.document)) ?? missing();
      if (!found.document) throw notFound('document');
      trail.on({ kind: 'source', id: params.id, name: found.url.slice(0, 200), owner: actor.organisation });
      const name = (found.url.split('/').at(-1) ?? '').replace(/[^\w.-]+/g, '_').slice(-100) || 'document';
      return { name: `held-${name}`, type: 'application/octet-stream', content: gunzipSync(found.document) };
    },

    async items(tx: Db, id: string, search: Paging & { search?: string | undefined }) {
      await one(tx, id);
      const rows = await listItems(tx, id, search);
      return { items: rows.map(toItem), next: rows.length === search.limit ? rows.at(-1)!.id : null };
    },

    /** Nothing for what did not come from a source. Whether the advisory exists is not said here. */
    origins: async (tx: Db, advisory: string) => ({
      items: (await documentsOf(tx, advisory)).map(toDocument),
    }),

    // What other modules ask for.

    /**
     * Items in the order in which they came or changed, after the last one seen; `seq` is what to remember. Ids count up
     * but commit in any order: what is younger than a minute is left for the next time.
     */
    async itemsSince(tx: Db, seq: number, limit: number): Promise<{ seq: number; item: SourceItem }[]> {
      const rows = await itemsAfter(tx, seq, limit);
      const settled = rows.findIndex(({ retrieved_at }) => Date.now() - retrieved_at.getTime() < 60_000);
      return (settled < 0 ? rows : rows.slice(0, settled)).map((row) => ({
        seq: row.seq,
        item: toItem(row),
      }));
    },

    /** What sources other than advisories say of a vulnerability, newest first. */
    itemsNaming: async (tx: Db, cve: string, limit = 100): Promise<SourceItem[]> =>
      (await itemsNaming(tx, cve, limit)).map(toItem),

    /** Where an advisory came from; see `SourceDocument`. */
    documentsOf: async (tx: Db, advisory: string): Promise<SourceDocument[]> =>
      (await documentsOf(tx, advisory)).map(toDocument),

    /** By which ways the advisories of the library came. */
    waysOf,

    /** What is known of the exploitation of each of these; nothing for those of which nothing is known. */
    exploitationOf,

    /** What catalogues have said of these CVEs until now, for a board that begins to speak of them. */
    async entriesAbout(tx: Db, actor: Actor, cves: readonly string[]): Promise<Entry[]> {
      const owner = actor.organisation!;
      const items = await itemsAbout(tx, owner, cves);
      const scores = await scoresAbout(tx, owner, cves);
      return [
        ...items.map(({ peer, item }) => entryOf(peer, item, false)),
        ...scores.flatMap(({ peer, scoredOn, ...score }) => scoreEntries(peer, scoredOn, [score])),
      ];
    },

    /** What a job of kind fetch-source does. */
    work: worker.ask,

    /** What sources brought, to be carried to others: see `carriedOut`. */
    carriedOut,

    /** Takes what a pack brings of one source; see `sourceWorker`. */
    carry: (
      work: Work,
      { files, ...carried }: Omit<CarriedHere, 'shelf'> & { files: readonly CarriedFile[] },
    ) => worker.carry(work, { ...carried, shelf: new CarriedShelf(files) }),

    /** The source that stands at an address, and how much there is of it. */
    async at(tx: Db, owner: string, address: string) {
      const peer = await peerAt(tx, owner, address);
      return peer && { id: peer.id, name: peer.name, holds: await countHeld(tx, peer) };
    },

    /** Asks every source whose time has come. To be called now and then, by any number of programs. */
    async tick(): Promise<void> {
      const certs = await database.as(visitor, (tx) =>
        tx
          .selectFrom('organisation')
          .select('id')
          .where(sql<boolean>`'cert' = any (kinds)`)
          .execute(),
      );
      for (const { id } of certs) {
        const actor = onBehalfOf(id, null, ['ANA']);
        const asked = await database.as(actor, async (tx) => {
          const due = await lockDue(tx);
          for (const peer of due) {
            if (await isGoing(tx, peer.id)) continue;
            // What is for named people only is for whoever added the source.
            await enqueue(tx, onBehalfOf(id, peer.added_by, ['ANA']), peer);
            await record(tx, 'source asked', { kind: 'source', id: peer.id, name: peer.name, owner: id });
          }
          return due.length;
        });
        if (asked > 0) jobs.wake();
      }
    },
  };

  async function one(tx: Db, id: string): Promise<Source> {
    const row = (await findPeer(tx, id)) ?? missing();
    return toSource(row, (await lastJobs(tx, [id])).get(id));
  }

  async function enqueue(
    tx: Db,
    actor: Actor,
    { id, name }: { id: string; name: string },
    payload: Record<string, unknown> = {},
  ): Promise<Job> {
    // The run says when it ends; should it be cancelled, the next time is set all the same.
    await sql`update peer set next_at = now() + every_minutes * interval '1 minute' where id = ${id}`.execute(
      tx,
    );
    return jobs.enqueue(tx, actor, { kind: 'fetch-source', subject: { kind: 'source', id, name }, payload });
  }
}

function columnsOf({
  name,
  licence,
  reliability,
  maxTlp,
  fingerprints,
  mustBeSigned,
  everyMinutes,
}: Omit<Body<'change'>, 'state' | 'hosts'>) {
  return {
    name,
    licence,
    reliability,
    max_label: maxTlp,
    fingerprints,
    must_be_signed: mustBeSigned,
    every_minutes: everyMinutes,
  };
}

function addressOf(text: string, local: boolean): string {
  const url = urlOf(text);
  if (url.protocol !== 'https:' && !local)
    throw malformed(
      'source-not-https',
      'The address is not https; only a source on your own network may do without: mark it as local',
    );
  if (url.username || url.password)
    throw malformed('address-with-password', 'The address carries a user name or password; take it out');
  return url.href;
}

function standingOf({ state, failing_since, last_success_at }: Peer): SourceStanding {
  if (state === 'off') return 'off';
  if (failing_since)
    return Date.now() - failing_since.getTime() > daysUntilDown * 86_400_000 ? 'down' : 'failing';
  return last_success_at ? 'working' : 'waiting';
}

/** What somebody should look at, the worst first. */
function concernsOf(row: Peer): Told[] {
  if (row.state === 'off') return [];
  const { next_at, problem, fingerprints, must_be_signed, kind } = row;
  const late = next_at !== null && next_at.getTime() < Date.now() - minutesUntilLate * 60_000;
  const runningOut = row.keys.flatMap(({ fingerprint, expires }) => {
    if (!expires || !fingerprints.includes(fingerprint)) return [];
    const [left, on] = [Date.parse(expires) - Date.now(), expires.slice(0, 10)];
    if (left > daysToRenewKey * 86_400_000) return [];
    return left < 0
      ? note(
          'key-expired',
          `The key ${fingerprint} ran out on ${on}; what is signed with it since then is held back. Ask its publisher by another way for the new key, and enter its fingerprint in the settings`,
          { fingerprint, on },
        )
      : note(
          'key-expires',
          `The key ${fingerprint} runs out on ${on}. Ask its publisher for the new one before, and enter its fingerprint in the settings`,
          { fingerprint, on },
        );
  });
  return [
    ...(row.failing_since && problem ? [problem] : []),
    ...(late
      ? [
          note(
            'source-late',
            `It should have been read by ${next_at.toISOString().slice(0, 16).replace('T', ' ')} UTC and was not: nobody does the long work. Look whether “busbar work” runs, and at the jobs`,
            { since: next_at.toISOString().slice(0, 16).replace('T', ' ') },
          ),
        ]
      : []),
    ...(must_be_signed && fingerprints.length === 0 && kind.startsWith('csaf')
      ? [
          note(
            'no-key',
            'The documents of this source must be signed, and no key of it is confirmed; add its fingerprint to the settings',
          ),
        ]
      : []),
    ...runningOut,
  ];
}

function toSource(row: PeerLine, job: Job | undefined): Source {
  const at = (date: Date | null) => date?.toISOString() ?? null;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    address: row.address,
    hosts: row.hosts,
    local: row.local,
    licence: row.licence,
    reliability: row.reliability,
    maxTlp: row.max_label,
    fingerprints: row.fingerprints,
    mustBeSigned: row.must_be_signed,
    everyMinutes: row.every_minutes,
    state: row.state,
    standing: standingOf(row),
    addedAt: row.created_at.toISOString(),
    lastRunAt: at(row.last_run_at),
    lastSuccessAt: at(row.last_success_at),
    lastNewAt: at(row.last_new_at),
    failingSince: at(row.failing_since),
    nextAt: at(row.next_at),
    empty: row.empty,
    problem: row.problem,
    concerns: concernsOf(row),
    documents: row.documents,
    withErrors: row.with_errors,
    items: row.items,
    job: job ?? null,
    pack: row.pack,
  };
}

function toDocument(row: DocumentRow): SourceDocument {
  return {
    id: row.id,
    source: { id: row.peer_id, name: row.source },
    url: row.url,
    title: row.title,
    publisher: row.publisher,
    trackingId: row.tracking_id,
    version: row.version,
    label: row.label,
    advisory: row.advisory_id,
    listed: row.listed,
    retrievedAt: row.retrieved_at.toISOString(),
    size: row.size,
    sha256: row.sha256?.toString('hex') ?? null,
    hash: row.hash,
    signature: row.signature,
    signedBy: row.signed_by,
    pack: row.pack,
    outcome: row.outcome,
    problems: row.problems,
  };
}

function toItem(row: ItemRow): SourceItem {
  return {
    id: row.id,
    source: { id: row.peer_id, name: row.source },
    kind: row.kind,
    externalId: row.external_id,
    title: row.title,
    summary: row.summary,
    link: row.link,
    cves: row.cves,
    publishedAt: row.published_at?.toISOString() ?? null,
    retrievedAt: row.retrieved_at.toISOString(),
    sha256: row.sha256.toString('hex'),
  };
}

function missing(): never {
  throw notFound('source');
}

const onlyCarried = () =>
  conflict(
    'source-only-carried',
    'This source stands at no address that can be asked from here; what it says comes by packs',
  );
