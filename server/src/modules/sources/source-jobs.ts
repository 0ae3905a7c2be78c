import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import { type SourceKind, Tlp, type Told } from '@busbar/contract';
import type { Detection } from '@busbar/dissect';
import { sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import { storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import { bytesOf, type Fetcher, NotFetched } from '../../platform/fetcher.ts';
import type { Work } from '../../platform/jobs.ts';
import { conflict, malformed, notFound, Problem } from '../../platform/problem.ts';
import { line } from '../../platform/plain-text.ts';
import type { ImportService } from '../advisories/import-service.ts';
import { type CarriedVulnerability, claimsIn, listOfClaims } from '../claims/claim-service.ts';
import { detectionsIn, keepDetections } from '../detections/detection-service.ts';
import { epssIn, feedIn, type Item, kevIn, type KnownExploited, type Probability } from './catalogues.ts';
import { readCves } from './cve-source.ts';
import { jsonIn } from './csaf-listing.ts';
import { keysIn, type PinnedKey } from './signatures.ts';
import { type Carrying, type Running, tellLeft, tellUnreadable, toldOf, validatorsOf } from './source-run.ts';
import { bring, type Brought, judge, listCsaf, missed, textOf } from './csaf-source.ts';
import type { CarriedSource } from './carried.ts';
import type { Listed } from './csaf-listing.ts';
import { type Board, type Entry, entryOf, mostNews, openness, scoreEntries, sorted } from './entries.ts';
import {
  bringsDocuments,
  countExploited,
  forgetOthers,
  hashesOf,
  leftOutOf,
  lockPeer,
  type Peer,
  peerAt,
  type Run,
  scoresOf,
  takenBack,
} from './source-store.ts';
import { Folder, isShelf, note, type Shelf, Transport, type Way } from './transport.ts';

export interface SourceParts {
  readonly fetcher: Fetcher;
  readonly imports: ImportService;
  readonly board: Board;
  /** Where the folders of sources lie that are read from a disk. */
  readonly folders: string;
}

/** What a pack brings of one source. */
export interface CarriedHere {
  readonly source: CarriedSource;
  /** The strictest label that the pack says it holds. */
  readonly most: Tlp;
  readonly shelf: Shelf;
  readonly by: Carrying;
}

export interface CarriedRun {
  /** Of the source. */
  readonly id: string;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly held: number;
  readonly problems: readonly Told[];
  /** Documents that are not in the library. */
  readonly leftOut: readonly { readonly name: string; readonly why: Told }[];
}

const together = 48;
const togetherBytes = 48 << 20;
const parallel = 4;
/** So many in a row, and it is not the documents. */
const mostMissedInARow = 12;
const indexAgainAfter = 7 * 86_400_000;
const mostProblems = 100;

/**
 * What a job of kind fetch-source does: it asks a source for what is new, some documents at a time. Each batch is
 * committed with the rows that say which documents are here, so that a run that is killed goes on where it was.
 */
export function sourceWorker({ fetcher, imports, board, folders }: SourceParts) {
  return { ask, carry };

  /** The work of a job of kind fetch-source. */
  async function ask(work: Work): Promise<(tx: Db) => Promise<void>> {
    const running = await work.keep(async (tx) => {
      const peer = (await lockPeer(tx, work.job.subject)) ?? refuse(notFound('source'));
      return begin(tx, work, peer, (transport) =>
        peer.address.startsWith('folder:') ? new Folder(folders, peer.address) : transport,
      );
    });
    try {
      await readSource(running);
    } catch (error) {
      if (error instanceof Problem && !work.signal.aborted)
        await work.keep((tx) => ended(tx, running, error));
      throw error;
    }
    return (tx) => ended(tx, running, null);
  }

  /**
   * The same for what a pack brings of a source, by the same checks and bounds. A source that fails does not stop the
   * others: what is wrong is told in its run, which is given back.
   */
  async function carry(work: Work, { source, most, shelf, by }: CarriedHere): Promise<CarriedRun> {
    const running = await work.keep(async (tx) =>
      begin(tx, work, await peerFor(tx, work.actor, source, most), () => shelf, by),
    );
    const { peer } = running;
    let problem: Problem | null = null;
    try {
      if (!isSameKind(peer.kind, source.kind))
        throw conflict(
          'carried-kind-differs',
          'Here this address is a source of another kind; nothing was taken from the pack for it',
        );
      // The latest word counts, whichever way it came; documents have versions of their own.
      if (!bringsDocuments(peer.kind) && (peer.as_of ?? peer.last_success_at ?? before) > by.madeAt)
        throw conflict(
          'carried-older',
          'What is here of this source is younger than the pack; it stays as it is',
        );
      await readSource(running);
    } catch (error) {
      if (!(error instanceof Problem) || work.signal.aborted) throw error;
      problem = error;
    }
    await work.keep((tx) => ended(tx, running, problem));
    return work.keep((tx) => runOf(tx, running));
  }

  /** The source of that address, as it is set here; one that is not here is made, and not asked by itself. */
  async function peerFor(tx: Db, actor: Actor, source: CarriedSource, most: Tlp): Promise<Peer> {
    const known = await peerAt(tx, actor.organisation!, source.address);
    if (known) {
      const peer = (await lockPeer(tx, known.id))!;
      const keys = await carriedKeys(source, peer);
      await tx
        .updateTable('peer')
        .set({ keys: JSON.stringify(keys) })
        .where('id', '=', peer.id)
        .execute();
      return { ...peer, keys };
    }
    const { name, kind, address, hosts, licence, reliability, maxTlp, fingerprints } = source;
    const row = await tx
      .insertInto('peer')
      .values({
        owner_id: actor.organisation!,
        name,
        kind,
        address,
        hosts,
        local: false,
        licence,
        reliability,
        max_label: Tlp.options.indexOf(maxTlp) < Tlp.options.indexOf(most) ? maxTlp : most,
        fingerprints,
        keys: JSON.stringify(await carriedKeys(source, { fingerprints, keys: [] })),
        // Whoever signed the pack vouches for what is in it; signatures that came with it are checked all the same.
        must_be_signed: false,
        every_minutes: 1440,
        state: 'off',
        added_by: actor.person,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(tx, 'source added', {
      kind: 'source',
      id: row.id,
      name,
      owner: actor.organisation,
      details: { address, kind, maxTlp: row.max_label },
    });
    return row;
  }

  /** Begins a run, or goes on with the one that this job had begun. */
  async function begin(
    tx: Db,
    work: Work,
    peer: Peer,
    wayOf: (transport: Transport) => Way,
    by?: Carrying,
  ): Promise<Running> {
    const run = await beginRun(tx, peer, work.job.id);
    const transport = new Transport(fetcher, peer, { signal: work.signal });
    return {
      // What lists of the source carried when it was asked says nothing of a pack.
      peer: by ? { ...peer, validators: {} } : peer,
      run: run.id,
      left: { reading: run.archive, place: run.place },
      way: wayOf(transport),
      transport,
      work,
      by,
      problems: [],
      room: mostNews,
      empty: undefined,
      validators: {},
    };
  }

  function readSource(running: Running): Promise<void> {
    const { peer, way } = running;
    if (bringsDocuments(peer.kind) && isShelf(way)) return readShelf(running, way);
    switch (peer.kind) {
      case 'csaf-provider':
      case 'csaf-aggregator':
        return readCsaf(running);
      case 'archive':
        return readArchive(running);
      case 'cve':
        return readCves(running, { imports, keep: (tx, items) => keepNews(tx, running, items) });
      case 'kev':
        return readKev(running);
      case 'epss':
        return readEpss(running);
      case 'feed':
        return readFeed(running);
      case 'detections':
        return readDetections(running);
      case 'claims':
        return readClaims(running);
    }
  }

  async function readCsaf(running: Running): Promise<void> {
    const { peer, way, work } = running;
    const { progress } = work;
    progress(listing, 0, null);
    const found = await listCsaf(peer, way);
    running.problems.push(...found.problems);
    running.validators = found.validators;
    if (found.lists > found.unchanged) running.empty = found.entries.size === 0;
    await work.keep(async (tx) => {
      await tx
        .updateTable('peer')
        .set({ keys: JSON.stringify(found.keys) })
        .where('id', '=', peer.id)
        .execute();
    });
    await readListed(
      running,
      [...found.entries.values()],
      found.keys,
      found.unchanged === 0 && found.failed === 0,
    );
  }

  async function readShelf(running: Running, shelf: Shelf): Promise<void> {
    const entries = await shelf.documents();
    running.empty = entries.length === 0;
    // A pack holds what is new, a folder all there is.
    await readListed(running, entries, running.peer.keys, !running.by);
  }

  /** Fetches what is listed and not here yet, some at once and never more: others want to be served by that machine, too. */
  async function readListed(
    running: Running,
    entries: readonly Listed[],
    keys: Peer['keys'],
    isWhole = true,
  ): Promise<void> {
    const { peer, way, work } = running;
    const { progress } = work;
    const known = await work.keep((tx) => knownDocuments(tx, running, entries.length));
    // Nothing is taken back for that: what was said stays said until somebody says otherwise.
    if (isWhole && hasShrunk(known.size, entries.length))
      running.problems.push(
        note(
          'list-shrank',
          `The source lists ${entries.length} documents and has given us ${known.size}. What is here stays; look whether the source has moved or is broken`,
          { now: entries.length, before: known.size },
        ),
      );
    const wanted = entries.filter((entry) => isWanted(entry, known.get(entry.url)));
    let next = 0;
    let missedInARow = 0;
    while (next < wanted.length) {
      const batch: Brought[] = [];
      const still: string[] = [];
      let size = 0;
      const one = async () => {
        while (
          next < wanted.length &&
          batch.length < together &&
          size < togetherBytes &&
          missedInARow < mostMissedInARow
        ) {
          work.signal.throwIfAborted();
          const entry = wanted[next++]!;
          progress(fetching, next, wanted.length);
          const had = known.get(entry.url);
          const brought = await bring(
            peer,
            keys,
            way,
            imports,
            entry,
            entry.listed === null ? (had?.etag ?? null) : null,
          );
          if (!brought) still.push(entry.url);
          else batch.push(brought);
          size += brought?.size ?? 0;
          missedInARow =
            brought?.kept === 'missed' && brought.problems[0]!.code !== 'nothing-there'
              ? missedInARow + 1
              : 0;
        }
      };
      await Promise.all(Array.from({ length: parallel }, one));
      work.signal.throwIfAborted();
      await work.keep((tx) => keepDocuments(tx, running, batch, still));
      if (missedInARow >= mostMissedInARow) {
        const { code, params, text } = batch.at(-1)!.problems[0]!;
        throw new Problem(502, code, text, params);
      }
    }
  }

  async function readArchive(running: Running): Promise<void> {
    const { peer, work } = running;
    const { progress } = work;
    const opened = await open(running, 2 ** 31);
    if (!opened) return;
    let batch: Brought[] = [];
    let size = 0;
    let count = 0;
    const flush = async () => {
      await work.keep((tx) => keepDocuments(tx, running, batch, []));
      batch = [];
      size = 0;
    };
    for await (const one of imports.files(opened.body, peer.address.split('/').at(-1)!)) {
      work.signal.throwIfAborted();
      progress(fetching, ++count, null);
      const url = `${peer.address}#${encodeURI(one.name)}`;
      if ('refused' in one)
        batch.push(
          missed(url, null, new Problem(502, one.refused.code, one.refused.text, one.refused.params)),
        );
      else if (/\.json$/i.test(one.name) || count === 1)
        batch.push(
          judge(peer, imports, {
            url,
            listed: null,
            etag: null,
            bytes: one.bytes,
            hash: 'unchecked',
            signature: 'unchecked',
            signedBy: null,
            signedWith: null,
          }),
        );
      size += 'bytes' in one ? one.bytes.length : 0;
      if (batch.length >= together || size > togetherBytes) await flush();
    }
    running.empty = count === 0;
    await flush();
  }

  async function readKev(running: Running): Promise<void> {
    const fetched = await getWhole(running);
    if (!fetched) return;
    const catalogue =
      kevIn(textOf(fetched)) ??
      refuse(
        malformed('not-of-kind', `What stands at ${fetched.url} is no KEV catalogue`, {
          url: fetched.url,
          kind: 'KEV',
        }),
      );
    tellUnreadable(running, catalogue.unreadable);
    running.empty = catalogue.exploited.length === 0;
    await running.work.keep(async (tx) => {
      const [before, now] = [await countExploited(tx, running.peer.id), catalogue.exploited.length];
      if (hasShrunk(before, now) && running.work.job.payload['byHand'] !== true)
        throw new Problem(
          502,
          'catalogue-shrank',
          `The catalogue holds ${now} entries and held ${before}. Nothing was taken back. Look at its address; if this is right, read the source by hand, and it counts`,
          { now, before },
        );
      await keepNews(tx, running, catalogue.items);
      await keepExploited(tx, running.peer, catalogue.exploited);
      const back = await takenBack(tx, running.peer.id);
      await give(
        tx,
        running,
        back.map((item) => ({ ...entryOf(running.peer, item, false), facts: [] })),
      );
    });
    tellLeft(running);
  }

  async function readFeed(running: Running): Promise<void> {
    const fetched = await getWhole(running);
    if (!fetched) return;
    const feed =
      feedIn(textOf(fetched)) ??
      refuse(
        malformed('not-of-kind', `What stands at ${fetched.url} is no RSS or Atom feed`, {
          url: fetched.url,
          kind: 'RSS',
        }),
      );
    running.empty = feed.items.length === 0;
    await running.work.keep((tx) => keepNews(tx, running, feed.items));
    tellLeft(running);
  }

  /** Not news: nobody is to look at each. What is there no more is looked for no more. */
  async function readDetections(running: Running): Promise<void> {
    const { peer, work } = running;
    const fetched = await getWhole(running);
    if (!fetched) return;
    const list =
      detectionsIn(jsonIn(textOf(fetched))) ??
      refuse(
        malformed('not-detections', `What stands at ${fetched.url} is no list of detections`, {
          url: fetched.url,
        }),
      );
    const { detections, foreign } = list;
    if (foreign.length > 0)
      running.problems.push(
        note(
          'detections-foreign',
          `${foreign.length} detections are not understood by this version of the program and were left out: ${foreign.slice(0, 5).join(', ')}`,
          { count: foreign.length, ids: line(foreign.slice(0, 5).join(', '), 200) },
        ),
      );
    running.empty = detections.length === 0;
    await work.keep(async (tx) => {
      await keepItems(tx, running, detections.map(itemOf));
      await keepDetections(
        tx,
        { owner: peer.owner_id, peer: peer.id, ...openness(peer.max_label) },
        detections,
      );
    });
  }

  /** What another CERT stands for. What is there no more it has taken back. */
  async function readClaims(running: Running): Promise<void> {
    const fetched = await getWhole(running);
    if (!fetched) return;
    const list =
      claimsIn(jsonIn(textOf(fetched))) ??
      refuse(
        malformed('not-claims', `What stands at ${fetched.url} is no list of claims`, { url: fetched.url }),
      );
    tellUnreadable(running, list.unreadable);
    running.empty = list.vulnerabilities.length === 0;
    const refs = list.vulnerabilities.map(({ ref }) => ref);
    await running.work.keep(async (tx) => {
      await keepNews(tx, running, list.vulnerabilities.map(carriedItem));
      const back = await forgetOthers(tx, running.peer.id, refs);
      await give(
        tx,
        running,
        back.map((item) => ({ ...entryOf(running.peer, item, false), said: null })),
      );
    });
    tellLeft(running);
  }

  async function readEpss(running: Running): Promise<void> {
    const { peer, work } = running;
    const { progress } = work;
    const opened = await open(running, 256 << 20);
    if (!opened) return;
    let count = 0;
    try {
      for await (const { scoredOn, rows } of epssIn(opened.body)) {
        work.signal.throwIfAborted();
        progress(fetching, (count += rows.length), null);
        await work.keep((tx) => keepScores(tx, running, scoredOn, rows));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code?.startsWith('Z_'))
        throw malformed(
          'packed-wrong',
          `${peer.hosts[0] ?? '?'} sends a packed answer that cannot be unpacked`,
          { host: peer.hosts[0] ?? '?' },
        );
      throw error;
    }
    running.empty = count === 0;
  }

  /** Keeps what is new and hands it on. */
  async function keepNews(tx: Db, running: Running, items: readonly Item[]): Promise<void> {
    await give(tx, running, await keepItems(tx, running, items));
  }

  /** Of hundreds of thousands of scores the board is told those it can use and does not have. */
  async function keepScores(
    tx: Db,
    running: Running,
    scoredOn: string,
    rows: readonly Probability[],
  ): Promise<void> {
    const { peer, work } = running;
    const known = await board.known(
      tx,
      work.actor,
      rows.map(({ cve }) => cve),
    );
    const before = await scoresOf(tx, peer.id, [...known]);
    await keepProbabilities(tx, running, scoredOn, rows);
    const moved = rows.filter(({ cve, epss }) => known.has(cve) && before.get(cve) !== Math.fround(epss));
    await board.took(tx, work.actor, scoreEntries(peer, scoredOn, moved), []);
  }

  async function give(tx: Db, running: Running, entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const { work } = running;
    const known = await board.known(
      tx,
      work.actor,
      entries.map(({ externalId }) => externalId),
    );
    const { said, news, left } = sorted(entries, known, Math.max(0, running.room));
    await board.took(tx, work.actor, said, news);
    running.room -= news.length + left;
  }

  async function getWhole(running: Running) {
    const opened = await open(running, 64 << 20);
    return opened && { url: opened.url, bytes: await bytesOf(opened) };
  }

  /** The one file that stands at an address, or the last that was put into a folder; undefined when it is what we have. */
  async function open(
    running: Running,
    most: number,
  ): Promise<{ url: string; body: AsyncIterable<Buffer> } | undefined> {
    const { peer, transport, way } = running;
    const known = peer.validators[peer.address];
    if (isShelf(way)) {
      const files = await way.list();
      const last = files.reduce((one, other) => (one && one.changed > other.changed ? one : other), files[0]);
      running.validators = last ? { [peer.address]: { etag: `${last.url} ${last.changed}` } } : {};
      if (!last) running.empty = true;
      if (!last || running.validators[peer.address]!.etag === known?.etag) return undefined;
      return { url: last.url, body: way.stream(last.url) };
    }
    const answer = await transport.stream(peer.address, most, known);
    running.validators =
      answer.status === 'unchanged' ? peer.validators : { [peer.address]: validatorsOf(answer) };
    return answer.status === 'unchanged' ? undefined : answer;
  }

  /** Puts a batch into the library and writes down what became of each document, all or nothing. */
  async function keepDocuments(
    tx: Db,
    { peer, run, work, by }: Running,
    batch: readonly Brought[],
    still: readonly string[],
  ): Promise<void> {
    await sql`update peer_document set retrieved_at = now() where peer_id = ${peer.id} and latest and url = any (${[...still]})`.execute(
      tx,
    );
    if (batch.length === 0) return;
    const fit = batch.filter(({ kept }) => kept === null);
    const { taken } =
      fit.length > 0
        ? await imports.shelve(
            tx,
            work.actor,
            peer.name,
            peer.id,
            fit.map(({ url, received }) => ({ name: url, received: received! })),
          )
        : { taken: [] };
    const rows = batch.map((one) => {
      const shelved = one.kept === null ? taken[fit.indexOf(one)]! : undefined;
      const outcome = one.kept ?? (shelved!.as === 'withheld' ? 'held' : shelved!.as);
      const inLibrary = outcome === 'added' || outcome === 'updated' || outcome === 'unchanged';
      return {
        one,
        outcome,
        inLibrary,
        advisory: shelved?.advisory ?? null,
        problems: shelved?.why ? [shelved.why, ...one.problems] : one.problems,
      };
    });
    const urls = batch.map(({ url }) => url);
    await sql`update peer_document set latest = false where peer_id = ${peer.id} and latest and url = any (${urls})`.execute(
      tx,
    );
    await sql`delete from peer_document where peer_id = ${peer.id} and outcome = 'missed' and url = any (${urls})`.execute(
      tx,
    );
    for (const { one, outcome, inLibrary, advisory, problems } of rows)
      await tx
        .insertInto('peer_document')
        .values({
          owner_id: peer.owner_id,
          peer_id: peer.id,
          url: one.url,
          listed: one.listed,
          publisher: one.received?.publisher ?? null,
          tracking_id: one.received?.trackingId ?? null,
          version: one.received?.version ?? null,
          title: one.received?.title ?? null,
          label: one.received?.label ?? null,
          advisory_id: advisory,
          size: one.size,
          sha256: one.sha256,
          etag: one.etag,
          hash: one.hash,
          signature: one.signature,
          signed_by: one.signedBy,
          signed_with: one.signature === 'right' ? one.signedWith : null,
          pack_id: by?.pack ?? null,
          outcome,
          problems: storable(problems.slice(0, 50)),
          document: inLibrary ? null : one.document,
        })
        .onConflict((conflict) =>
          conflict.columns(['peer_id', 'url', 'sha256']).doUpdateSet(({ ref }) => ({
            listed: ref('excluded.listed'),
            latest: true,
            retrieved_at: sql`now()`,
            advisory_id: ref('excluded.advisory_id'),
            label: ref('excluded.label'),
            etag: ref('excluded.etag'),
            hash: ref('excluded.hash'),
            signature: ref('excluded.signature'),
            signed_by: ref('excluded.signed_by'),
            signed_with: ref('excluded.signed_with'),
            pack_id: ref('excluded.pack_id'),
            outcome: ref('excluded.outcome'),
            problems: ref('excluded.problems'),
            document: ref('excluded.document'),
          })),
        )
        .execute();
    const count = (...outcomes: string[]) => rows.filter(({ outcome }) => outcomes.includes(outcome)).length;
    const fresh = count('added', 'updated');
    await tx
      .updateTable('peer_run')
      .set((row) => ({
        fetched: row('fetched', '+', rows.length - count('missed')),
        added: row('added', '+', count('added')),
        updated: row('updated', '+', count('updated')),
        unchanged: row('unchanged', '+', count('unchanged', 'older')),
        held: row('held', '+', count('held', 'unreadable', 'conflict')),
      }))
      .where('id', '=', run)
      .execute();
    if (fresh > 0)
      await tx
        .updateTable('peer')
        .set({ unmatched: true, last_new_at: new Date() })
        .where('id', '=', peer.id)
        .execute();
  }

  /** Ends the run: what it found is compared with the devices once, whether or not the run came to its end. */
  async function ended(tx: Db, running: Running, problem: Problem | null): Promise<void> {
    const { peer, run, problems, work, by } = running;
    const lines = problem ? [toldOf(problem), ...problems] : problems;
    const now = new Date();
    await tx
      .updateTable('peer_run')
      .set({
        ended_at: now,
        problems: storable(lines.slice(0, mostProblems)),
        missed: sql`(select count(*) from peer_document where peer_id = ${peer.id} and latest and outcome = 'missed')`,
      })
      .where('id', '=', run)
      .execute();
    const { missed: stillMissing } = await tx
      .selectFrom('peer_run')
      .select('missed')
      .where('id', '=', run)
      .executeTakeFirstOrThrow();
    const current = await lockPeer(tx, peer.id);
    if (!current) return;
    if (by) {
      // How the source is when it is asked itself, and when that is to be, a pack does not change.
      await tx
        .updateTable('peer')
        .set({ unmatched: false, pack_id: by.pack, ...(!problem && { as_of: by.madeAt }) })
        .where('id', '=', peer.id)
        .execute();
      if (current.unmatched) await imports.changed(tx, work.actor);
      return;
    }
    const pause = Math.max(
      current.every_minutes * 60_000,
      problem instanceof NotFetched ? (problem.retryAfter ?? 0) : 0,
    );
    await tx
      .updateTable('peer')
      .set({
        next_at: new Date(now.getTime() + pause),
        unmatched: false,
        problem: problem && JSON.stringify(toldOf(problem)),
        ...(problem
          ? { failing_since: current.failing_since ?? now }
          : {
              failing_since: null,
              last_success_at: now,
              as_of: now,
              ...(running.empty !== undefined && { empty: running.empty }),
              // With something missing, the lists are read again next time, whatever they say of themselves.
              validators: storable(stillMissing > 0 ? {} : running.validators),
            }),
      })
      .where('id', '=', peer.id)
      .execute();
    if (current.unmatched) await imports.changed(tx, work.actor);
  }
}

async function beginRun(tx: Db, peer: Peer, job: string): Promise<Run> {
  await tx.updateTable('peer').set({ last_run_at: new Date() }).where('id', '=', peer.id).execute();
  await tx
    .insertInto('peer_run')
    .values({ owner_id: peer.owner_id, peer_id: peer.id, job_id: job })
    // What goes on where it was is counted in the transaction that keeps it; the rest is all read again.
    .onConflict((conflict) =>
      conflict
        .columns(['peer_id', 'job_id'])
        .doUpdateSet(
          /^(?:csaf|archive|cve)/.test(peer.kind)
            ? { ended_at: null }
            : { ended_at: null, listed: 0, fetched: 0, added: 0, updated: 0, unchanged: 0 },
        ),
    )
    .execute();
  return tx
    .selectFrom('peer_run')
    .selectAll()
    .where('peer_id', '=', peer.id)
    .where('job_id', '=', job)
    .executeTakeFirstOrThrow();
}

async function runOf(tx: Db, { peer, run, by }: Running): Promise<CarriedRun> {
  const counts = await tx
    .selectFrom('peer_run')
    .select(['added', 'updated', 'unchanged', 'held', 'problems'])
    .where('id', '=', run)
    .executeTakeFirstOrThrow();
  return { ...counts, id: peer.id, leftOut: await leftOutOf(tx, peer.id, by!.pack) };
}

/** The keys of a source, and those of the pack that somebody here has confirmed: by what they are, and not by what they are called. */
async function carriedKeys(
  { keys: carried }: CarriedSource,
  { fingerprints, keys }: Pick<Peer, 'fingerprints' | 'keys'>,
): Promise<PinnedKey[]> {
  const found = (await Promise.all(carried.map(({ armored }) => keysIn(armored)))).flat();
  const isNew = ({ fingerprint }: PinnedKey) =>
    fingerprints.includes(fingerprint) && !keys.some((key) => key.fingerprint === fingerprint);
  return [...keys, ...found.filter(isNew)];
}

/** The list of one that is kept says all there is. */
const carriedItem = (one: CarriedVulnerability): Item => {
  const words = one.claims.map(({ aspect, subject, value }) =>
    [aspect, subject, value].filter(Boolean).join(' '),
  );
  return {
    externalId: one.ref,
    title: line(`${one.ref}: ${one.title || words[0]}`, 300),
    summary: line(words.join('; '), 4000),
    link: null,
    cves: one.key === null ? [one.ref] : [],
    publishedAt: new Date(Math.max(...one.claims.map(({ at }) => Date.parse(at)))),
    raw: Buffer.from(listOfClaims(one.publisher, [one])),
  };
};

/** As the page of its source shows it. */
const itemOf = (detection: Detection): Item => ({
  externalId: detection.id,
  title: line(detection.title.en, 300),
  summary: line(detection.why.en, 4000),
  link: null,
  cves: [],
  publishedAt: null,
  raw: Buffer.from(JSON.stringify(detection)),
});

const isSameKind = (here: SourceKind, there: SourceKind) =>
  here === there || (bringsDocuments(here) && bringsDocuments(there));
const before = new Date(0);

type Known = {
  readonly listed: string | null;
  readonly outcome: string;
  readonly retrieved_at: Date;
  readonly etag: string | null;
  readonly sha256: Buffer | null;
};

async function knownDocuments(tx: Db, { peer, run }: Running, listed: number): Promise<Map<string, Known>> {
  await tx.updateTable('peer_run').set({ listed }).where('id', '=', run).execute();
  const rows = await tx
    .selectFrom('peer_document')
    .select(['url', 'listed', 'outcome', 'retrieved_at', 'etag', 'sha256'])
    .where('peer_id', '=', peer.id)
    .where('latest', '=', true)
    .execute();
  return new Map(rows.map(({ url, ...row }) => [url, row]));
}

/** Another date in the list means another document, whichever of the two is later: dates in lists are also wrong. */
function isWanted({ listed, sha256 }: Listed, known: Known | undefined): boolean {
  if (!known || known.outcome === 'missed') return true;
  if (sha256) return known.sha256?.toString('hex') !== sha256;
  if (listed === null) return Date.now() - known.retrieved_at.getTime() > indexAgainAfter;
  return listed !== known.listed;
}

/** Stores what is new or has changed, and gives it back; the same again leaves no trace. */
async function keepItems(tx: Db, { peer, run }: Running, items: readonly Item[]): Promise<Entry[]> {
  const seen = new Map(items.map((item) => [item.externalId, item]));
  const entries: Entry[] = [];
  for (const all of chunksOf([...seen.values()], 500)) {
    const hashes = new Map(
      all.map(({ externalId, raw }) => [externalId, createHash('sha256').update(raw).digest()]),
    );
    const known = await hashesOf(tx, peer.id, [...hashes.keys()]);
    const some = all.filter(({ externalId }) => !known.get(externalId)?.equals(hashes.get(externalId)!));
    if (some.length === 0) continue;
    const { rows } = await sql<{ id: string; external_id: string; at: Date; fresh: boolean }>`
      insert into source_item (owner_id, peer_id, external_id, title, summary, link, cves, published_at, sha256, raw)
      select ${peer.owner_id}, ${peer.id}, external_id, title, summary, link, string_to_array(cves, ' '), published_at, sha256, raw
      from unnest(${some.map(({ externalId }) => externalId)}::text[], ${some.map(({ title }) => title)}::text[],
        ${some.map(({ summary }) => summary)}::text[], ${some.map(({ link }) => link)}::text[], ${some.map(({ cves }) => cves.join(' '))}::text[],
        ${some.map(({ publishedAt }) => publishedAt)}::timestamptz[], ${some.map(({ externalId }) => hashes.get(externalId)!)}::bytea[],
        ${some.map(({ raw }) => gzipSync(raw))}::bytea[])
        as new (external_id, title, summary, link, cves, published_at, sha256, raw)
      on conflict (peer_id, external_id) do update set title = excluded.title, summary = excluded.summary, link = excluded.link,
        cves = excluded.cves, published_at = excluded.published_at, sha256 = excluded.sha256, raw = excluded.raw,
        retrieved_at = now(), seq = default
      where source_item.sha256 <> excluded.sha256
      returning id, external_id, coalesce(published_at, retrieved_at) as at, xmax = 0 as fresh`.execute(tx);
    for (const { id, external_id, at, fresh } of rows)
      entries.push(entryOf(peer, { ...seen.get(external_id)!, id, at }, fresh));
  }
  const added = entries.filter(({ isFresh }) => isFresh).length;
  const updated = entries.length - added;
  await tx
    .updateTable('peer_run')
    .set((row) => ({
      listed: row('listed', '+', seen.size),
      fetched: row('fetched', '+', seen.size),
      added: row('added', '+', added),
      updated: row('updated', '+', updated),
      unchanged: row('unchanged', '+', seen.size - added - updated),
    }))
    .where('id', '=', run)
    .execute();
  if (entries.length > 0)
    await tx.updateTable('peer').set({ last_new_at: new Date() }).where('id', '=', peer.id).execute();
  return entries;
}

/** The catalogue as it is now: what was taken out of it is no longer said. */
async function keepExploited(tx: Db, peer: Peer, exploited: readonly KnownExploited[]): Promise<void> {
  await tx.deleteFrom('known_exploited').where('peer_id', '=', peer.id).execute();
  const { label, scope } = openness(peer.max_label);
  for (const some of chunksOf([...new Map(exploited.map((one) => [one.cve, one])).values()], 2000))
    await tx
      .insertInto('known_exploited')
      .values(
        some.map(({ cve, addedOn, dueOn, ransomware, action }) => ({
          owner_id: peer.owner_id,
          peer_id: peer.id,
          label,
          scope,
          cve,
          added_on: addedOn,
          due_on: dueOn,
          ransomware,
          action,
        })),
      )
      .execute();
}

async function keepProbabilities(
  tx: Db,
  { peer, run }: Running,
  scoredOn: string,
  rows: readonly Probability[],
): Promise<void> {
  const { label, scope } = openness(peer.max_label);
  const unique = [...new Map(rows.map((row) => [row.cve, row])).values()];
  await sql`
    insert into exploit_probability (owner_id, peer_id, label, scope, cve, epss, percentile, scored_on)
    select ${peer.owner_id}, ${peer.id}, ${label}::tlp, ${scope}::scope, cve, epss, percentile, ${scoredOn}::date
    from unnest(${unique.map(({ cve }) => cve)}::text[], ${unique.map(({ epss }) => epss)}::real[], ${unique.map(({ percentile }) => percentile)}::real[])
      as new (cve, epss, percentile)
    on conflict (peer_id, cve) do update set epss = excluded.epss, percentile = excluded.percentile, scored_on = excluded.scored_on,
      label = excluded.label, scope = excluded.scope`.execute(tx);
  await tx
    .updateTable('peer_run')
    .set((row) => ({
      listed: row('listed', '+', unique.length),
      fetched: row('fetched', '+', unique.length),
      updated: row('updated', '+', unique.length),
    }))
    .where('id', '=', run)
    .execute();
  await tx.updateTable('peer').set({ last_new_at: new Date() }).where('id', '=', peer.id).execute();
}

/** By more than half; of a handful nothing can be said. */
const hasShrunk = (before: number, now: number) => before >= 20 && now < before / 2;

function* chunksOf<T>(list: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}

function refuse(problem: Problem): never {
  throw problem;
}

const told = note;
const listing = told('listing-source', 'Reading what the source lists');
const fetching = told('fetching-documents', 'Fetching what is new');
