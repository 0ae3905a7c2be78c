import type { Told } from '@busbar/contract';
import { sql } from 'kysely';

import { type Actor, onBehalfOf, visitor } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Jobs, Worker } from '../../platform/jobs.ts';
import { holdClaims } from './claim-store.ts';
import type { ClaimService, KeptAdvisory } from './claim-service.ts';
import { derivationRules } from './comparison.ts';
import {
  closeWay,
  countOfWay,
  derivationOf,
  documentsBehind,
  forget,
  readersOf,
  setDerivation,
  vulnerabilitiesAfter,
  withdraw,
} from './derivation-store.ts';

export type DerivationService = ReturnType<typeof derivationService>;

export interface DerivationParts {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly claims: Pick<ClaimService, 'advisoriesReread' | 'restand'>;
  readonly advisories: {
    /** Of the CERT's own, by id; only what the actor may read. */
    idsAfter(tx: Db, after: string | null, most: number, only?: 'named'): Promise<readonly string[]>;
    kept(tx: Db, ids: readonly string[]): Promise<readonly KeptAdvisory[]>;
    count(tx: Db): Promise<number>;
  };
  readonly sources: {
    /** The sources that brought these documents; null among them where somebody did by hand. */
    waysOf(tx: Db, advisories: readonly string[]): Promise<ReadonlyMap<string, readonly (string | null)[]>>;
  };
  /** What catalogues say of these CVEs, for those the board does not speak of yet. */
  readonly remember: (tx: Db, actor: Actor, cves: readonly string[]) => Promise<void>;
  /** What was said of attacks may count no more. */
  readonly threatsChanged: (tx: Db, actor: Actor) => Promise<void>;
  /** What catalogues say of these CVEs is read by the rules of today. */
  readonly recordsReread: (tx: Db, actor: Actor, cves: readonly string[]) => Promise<void>;
}

const scanned = 500;
const together = 40;
const withdrawnTogether = 200;

/**
 * Keeps claims true to what they are made of: everything in a library is read anew when the rules change, or when it came
 * before there were claims; and what a source has said stops to count when nobody brings it any more.
 */
export function derivationService(parts: DerivationParts) {
  const { database, jobs, claims, advisories, sources } = parts;

  return {
    /** Has everything that is not by the rules of today read anew. To be called when a program starts, by any number. */
    async begin(): Promise<void> {
      const certs = await database.as(visitor, (tx) =>
        tx
          .selectFrom('organisation')
          .select(['id', 'name'])
          .where(sql<boolean>`'cert' = any (kinds)`)
          .execute(),
      );
      for (const { id, name } of certs) {
        const actor = onBehalfOf(id, null, ['ANA']);
        const asked = await database.as(actor, async (tx) => {
          const { rules } = await derivationOf(tx, id);
          // Not lower: an older program that still runs reads nothing back.
          if (rules >= derivationRules || (await isAsked(tx, id))) return false;
          if (await isAnyBehind(tx, actor)) {
            await jobs.enqueue(tx, actor, {
              kind: 'derive-claims',
              subject: { kind: 'organisation', id, name },
            });
            return true;
          }
          await setDerivation(tx, id, { rules: derivationRules });
          return false;
        });
        if (asked) jobs.wake();
      }
    },

    /** What a job of kind derive-claims does: some documents at a time, and where it is is kept with them. */
    derive: (async ({ actor, signal, progress, keep }) => {
      const owner = actor.organisation!;
      const total = await keep(async (tx) => {
        const { reading } = await derivationOf(tx, owner);
        if (reading !== derivationRules)
          await setDerivation(tx, owner, {
            reading: derivationRules,
            stage: 'advisories',
            after_id: null,
            done: 0,
          });
        return advisories.count(tx);
      });
      for (let ended = false; !ended;) {
        signal.throwIfAborted();
        const at = await keep((tx) => readSome(tx, actor));
        progress(
          at.stage === 'advisories' ? readingAdvisories : readingRecords,
          at.done,
          at.stage === 'advisories' ? total : null,
        );
        ended = at.ended;
      }
      for (const reader of await keep(readersOf)) {
        signal.throwIfAborted();
        await keep((tx) => readNamed(tx, onBehalfOf(owner, reader, actor.roles)));
      }
      return async (tx) => {
        const { done } = await derivationOf(tx, owner);
        await setDerivation(tx, owner, { rules: derivationRules, reading: null, after_id: null });
        await record(tx, 'claims derived', {
          kind: 'organisation',
          id: owner,
          name: '',
          owner,
          details: { documents: done, rules: derivationRules },
        });
      };
    }) satisfies Worker,

    /** In the transaction that removes a source. What it alone has said counts no more, or is deleted. */
    async sourceRemoved(
      tx: Db,
      { id, name, owner, addedBy }: { id: string; name: string; owner: string; addedBy: string | null },
      deleted: boolean,
    ): Promise<void> {
      if ((await countOfWay(tx, owner, id)) === 0) return;
      // What is for named people only is for whoever added the source.
      await jobs.enqueue(tx, onBehalfOf(owner, addedBy, ['ANA']), {
        kind: 'withdraw-claims',
        subject: { kind: 'source', id, name },
        payload: { deleted, name },
      });
    },

    /** What a job of kind withdraw-claims does. Documents whose way is closed are its memory of where it was. */
    withdraw: (async ({ job, actor, signal, progress, keep }) => {
      const owner = actor.organisation!;
      const { deleted, name } = job.payload as { deleted: boolean; name: string };
      const total = await keep((tx) => countOfWay(tx, owner, job.subject));
      for (let done = 0; ;) {
        signal.throwIfAborted();
        const closed = await keep((tx) => closeSome(tx, owner, job.subject, deleted));
        if (closed === 0) break;
        progress(withdrawing, (done += closed), total);
      }
      return async (tx) => {
        await parts.threatsChanged(tx, actor);
        await record(tx, deleted ? 'claims deleted' : 'claims withdrawn', {
          kind: 'source',
          id: job.subject,
          name,
          owner,
        });
      };
    }) satisfies Worker,
  };

  /** Whether anything in the library is not by the rules of today. */
  async function isAnyBehind(tx: Db, actor: Actor): Promise<boolean> {
    const owner = actor.organisation!;
    for (const reader of [null, ...(await readersOf(tx))]) {
      await database.become(tx, onBehalfOf(owner, reader, actor.roles));
      let after: string | null = null;
      for (;;) {
        const ids = await advisories.idsAfter(tx, after, scanned, reader === null ? undefined : 'named');
        if ((await documentsBehind(tx, owner, ids)).size > 0) return true;
        if (ids.length < scanned) break;
        after = ids.at(-1)!;
      }
    }
    await database.become(tx, actor);
    return false;
  }

  async function readSome(tx: Db, actor: Actor) {
    const owner = actor.organisation!;
    const at = await derivationOf(tx, owner);
    if (at.stage === 'advisories') {
      const ids = await advisories.idsAfter(tx, at.after_id, scanned);
      const read = await readBehind(tx, actor, ids);
      const last = read.upTo ?? ids.at(-1);
      const done = at.done + read.count;
      await setDerivation(
        tx,
        owner,
        last === undefined ? { stage: 'records', after_id: null } : { after_id: last, done },
      );
      return { stage: at.stage, done, ended: false };
    }
    const some = await vulnerabilitiesAfter(tx, owner, at.after_id, scanned);
    const cves = some.flatMap(({ ref }) => (ref.startsWith('CVE-') ? [ref] : []));
    if (cves.length > 0) await parts.recordsReread(tx, actor, cves);
    const last = some.at(-1)?.id;
    if (last !== undefined) await setDerivation(tx, owner, { after_id: last });
    return { stage: at.stage, done: at.done, ended: last === undefined };
  }

  /** There are few, and a second reading changes nothing. */
  async function readNamed(tx: Db, reader: Actor): Promise<void> {
    await database.become(tx, reader);
    let after: string | null = null;
    for (;;) {
      const ids = await advisories.idsAfter(tx, after, scanned, 'named');
      if (ids.length === 0) return;
      after = (await readBehind(tx, reader, ids)).upTo ?? ids.at(-1)!;
    }
  }

  /** Reads some of those that are behind; `upTo` where there are more of them after it. */
  async function readBehind(tx: Db, actor: Actor, ids: readonly string[]) {
    const behind = await documentsBehind(tx, actor.organisation!, ids);
    const all = ids.filter((id) => behind.has(id));
    const some = all.slice(0, together);
    const kept = await advisories.kept(tx, some);
    const ways = await sources.waysOf(tx, some);
    await parts.remember(tx, actor, [...new Set(kept.flatMap(({ cves }) => cves))]);
    await claims.advisoriesReread(
      tx,
      actor,
      kept.map((one) => ({ ...one, ways: ways.get(one.id) ?? [null] })),
    );
    return { count: kept.length, upTo: some.length < all.length ? some.at(-1) : undefined };
  }

  async function closeSome(tx: Db, owner: string, way: string, deleted: boolean): Promise<number> {
    await holdClaims(tx, owner);
    const { closed, left } = await closeWay(tx, owner, way, withdrawnTogether);
    const concerned = await withdraw(tx, left);
    if (deleted) await forget(tx, left);
    await claims.restand(tx, owner, concerned);
    return closed;
  }
}

async function isAsked(tx: Db, owner: string): Promise<boolean> {
  const row = await tx
    .selectFrom('job')
    .select('id')
    .where('subject_id', '=', owner)
    .where('kind', '=', 'derive-claims')
    // One that was cancelled or has failed is for whoever did or sees that to begin again.
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  return row !== undefined;
}

const told = (code: string, text: string): Told => ({ code, params: {}, text });
const readingAdvisories = told('reading-advisories', 'Reading what the advisories of the library claim');
const readingRecords = told('reading-records', 'Reading what catalogues say of the same vulnerabilities');
const withdrawing = told('withdrawing-claims', 'What only this source has said stops to count');
