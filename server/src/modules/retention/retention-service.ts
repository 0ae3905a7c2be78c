import { randomUUID } from 'node:crypto';

import type {
  CaseRetention,
  CaseSide,
  Hold,
  Purge,
  retentionApi,
  RetentionLine,
  Route,
  Tombstone,
} from '@busbar/contract';

import { sql } from 'kysely';

import { type Actor, founder, onBehalfOf } from '../../platform/actor.ts';
import { record, type Trail } from '../../platform/audit.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { cancelJobsOfCase } from '../../platform/jobs.ts';
import type { Keys } from '../../platform/keys.ts';
import { conflict, notFound } from '../../platform/problem.ts';
import { writeCursor } from '../../platform/search.ts';
import type { aboutCase, aboutCases, CaseAbout } from '../cases/case-about-service.ts';
import type { BreakGlassService } from './break-glass-service.ts';
import type { Tell } from './notices.ts';
import * as store from './retention-store.ts';
import type { HoldRow, PurgeRow, RetentionRow } from './retention-store.ts';

export type RetentionService = ReturnType<typeof retentionService>;

export interface RetentionParts {
  readonly database: Database;
  readonly keys: Keys;
  readonly cases: { readonly about: typeof aboutCase; readonly abouts: typeof aboutCases };
  readonly tell: Tell;
  /** Called before a key is destroyed, and what it gives back after: for what waits to leave with something of the case. */
  beforePurge(tx: Db, caseId: string): Promise<{ gone(): Promise<void> }>;
  /** Called before whoever a case is from answers, and what it gives back after: what waits is held to the answer. */
  beforeAnswer(tx: Db, actor: Actor, caseId: string): Promise<{ answered(): Promise<void> }>;
  readonly breakGlass: Pick<BreakGlassService, 'ofCase'>;
  /** What is destroyed with the key of a case, by its name, counted as its owner for the tombstone. */
  readonly counts: Readonly<Record<string, (tx: Db, caseId: string) => Promise<number>>>;
  onError(error: unknown): void;
}

type AskOf<Name extends keyof typeof retentionApi> =
  (typeof retentionApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

/** How long a case is kept, what keeps it longer, and its end: a key destroyed, and a tombstone. */
export function retentionService(parts: RetentionParts) {
  const { database, keys, cases, tell, beforePurge, beforeAnswer, breakGlass, counts, onError } = parts;

  return {
    async calendar({ tx, actor, query, trail }: AskOf<'calendar'>) {
      trail.on({ details: { ...query } });
      // An administrator carries out what others decided: he is shown references and dates.
      if (actor.roles.every((role) => role === 'ADM')) await database.become(tx, founder);
      const rows = await store.listRetention(tx, query);
      const last = rows.length === query.limit ? rows.at(-1) : undefined;
      const items = await linesOf(tx, rows);
      await database.become(tx, actor);
      return { items, next: last ? writeCursor(last.purge_on ?? '~', last.case_id) : null };
    },

    async of({ tx, actor, params, trail }: AskOf<'of'>) {
      const about = await found(tx, params.id, trail);
      // Guests see that the case is there; how long it is kept, and whose it is, is none of their part.
      if (!about.opens && !actor.roles.some((role) => role === 'LEAD' || role === 'ADM')) missing();
      return shown(tx, actor, about);
    },

    async choose({ tx, actor, params, body, trail }: AskOf<'choose'>) {
      const about = await opened(tx, params.id, trail, { class: body.class });
      if (!decides(actor, about)) missing();
      const key = await keys.ofCase(tx, about.id);
      const { months } = (await store.schedule(tx)).find((one) => one.class === body.class)!;
      await store.saveRetention(tx, about.id, await store.usualClass(tx, about.kind, about.state), {
        class: body.class,
        months,
        sealed: key.seal(placeOf.reason(about.id), body.reason),
        chosen_by: actor.person,
        chooser_name: actor.name,
      });
      return shown(tx, actor, about);
    },

    async answer({ tx, actor, params, body: { lesson, name }, trail }: AskOf<'answer'>) {
      const about = await opened(tx, params.id, trail, { lesson, name });
      if (!answers(actor, about)) missing();
      await keys.ofCase(tx, about.id);
      const { answered } = await beforeAnswer(tx, actor, about.id);
      await store.saveRetention(tx, about.id, await store.usualClass(tx, about.kind, about.state), {
        lesson,
        named: name,
        answered_by: actor.receipt ? 'reporter' : 'member',
        answered_at: new Date(),
      });
      await answered();
      return shown(tx, actor, about);
    },

    async hold({ tx, actor, params, body, trail }: AskOf<'hold'>) {
      const about = await opened(tx, params.id, trail);
      const side = sideOf(actor, about) ?? missing();
      const key = await keys.ofCase(tx, about.id);
      const live = (await store.holdsOf(tx, [about.id])).some((one) => one.side === side && isLive(one));
      if (live) throw conflict('hold-there', 'There is a hold of your side already; nothing is destroyed');
      const id = randomUUID();
      const mine = { by: actor.person!, name: actor.name, at: new Date() };
      const places = decides(actor, about);
      await store.insertHold(tx, {
        id,
        case_id: about.id,
        side,
        state: places ? 'placed' : 'proposed',
        sealed: key.seal(placeOf.hold(id), body.reason),
        asked_by: mine.by,
        asker_name: mine.name,
        asked_at: mine.at,
        ...(places && { decided_by: mine.by, decider_name: mine.name, decided_at: mine.at }),
      });
      return shown(tx, actor, about);
    },

    async decideHold({ tx, actor, params, body: { to }, trail }: AskOf<'decideHold'>) {
      const about = await opened(tx, params.id, trail, { hold: params.hold, to });
      await keys.ofCase(tx, about.id);
      const row = (await store.holdsOf(tx, [about.id])).find(({ id }) => id === params.hold);
      if (!row) throw notFound('hold');
      if (!decides(actor, about) || sideOf(actor, about) !== row.side)
        throw conflict('hold-of-others', 'This hold is not of your side; whoever placed it lifts it');
      const hand = { by: actor.person!, name: actor.name, at: new Date() };
      const from = to === 'lifted' ? 'placed' : 'proposed';
      const moved = await store.moveHold(tx, row.id, from, {
        state: to,
        ...(to === 'lifted'
          ? { ended_by: hand.by, ender_name: hand.name, ended_at: hand.at }
          : { decided_by: hand.by, decider_name: hand.name, decided_at: hand.at }),
      });
      if (!moved) throw conflict('hold-moved', 'This hold was decided meanwhile; look at it anew');
      return shown(tx, actor, about);
    },

    async askPurge({ tx, actor, params, body: { reason }, trail }: AskOf<'askPurge'>) {
      const about = await opened(tx, params.id, trail, {}, reason);
      const side = sideOf(actor, about) ?? missing();
      await keys.ofCase(tx, about.id);
      const row = await store.findRetention(tx, about.id);
      if (!row?.ended_on) throw conflict('case-goes-on', 'This case goes on. Close it first');
      const live = (await store.purgesOf(tx, [about.id])).some(
        ({ state }) => state === 'asked' || state === 'approved',
      );
      if (live) throw conflict('purge-asked', 'Somebody asked for this already');
      await store.insertPurge(tx, {
        case_id: about.id,
        side,
        state: 'asked',
        reason,
        asked_by: actor.person!,
        asker_name: actor.name,
      });
      return shown(tx, actor, about);
    },

    async decidePurge({ tx, actor, params, body: { to }, trail }: AskOf<'decidePurge'>) {
      const about = await opened(tx, params.id, trail, { purge: params.purge, to });
      await keys.ofCase(tx, about.id);
      const row = (await store.purgesOf(tx, [about.id])).find(({ id }) => id === params.purge);
      if (!row) throw notFound('purge');
      const [mine, mayDecide] = [row.asked_by === actor.person, decidesPurge(actor, about, row)];
      if (mine && to === 'approved')
        throw conflict('same-person', 'You asked for this; somebody else must approve it');
      if (to === 'withdrawn' ? !mine && !mayDecide : !mayDecide) throw notFound('purge');
      const from = to === 'withdrawn' ? row.state : 'asked';
      const moved = await store.movePurge(tx, row.id, from, {
        state: to,
        ...(to !== 'withdrawn' && {
          decided_by: actor.person!,
          decided_side: sideOf(actor, about)!,
          decider_name: actor.name,
          decided_at: new Date(),
        }),
      });
      if (!moved || !['asked', 'approved'].includes(from))
        throw conflict('purge-moved', 'This was decided meanwhile; look at it anew');
      return shown(tx, actor, about);
    },

    /** By an administrator, who neither asked nor approved. */
    async purge({ tx, actor, params, trail, become }: AskOf<'purge'>): Promise<RetentionLine> {
      const row = (await store.purgesOf(tx, [params.id])).find(({ state }) => state === 'approved');
      if (!row) throw notFound('purge');
      if (row.asked_by === actor.person || row.decided_by === actor.person)
        throw conflict('same-person', 'You asked for this, or approved it; another administrator must do it');
      // Seen by whoever works on it before this ends: they let go of the key that is waited for.
      await database.apart(founder, (other) => cancelJobsOfCase(other, params.id));
      await become(founder);
      const leaving = await reserve(tx, params.id);
      if ((await store.holdsOf(tx, [params.id])).some(isLive))
        throw conflict('case-held', 'Somebody holds this case, or asks to; it is not destroyed');
      await become(actor);
      await store.movePurge(tx, row.id, 'approved', {
        state: 'executed',
        executed_by: actor.person!,
        executor_name: actor.name,
        executed_at: new Date(),
      });
      await become(founder);
      const about = (await cases.about(tx, params.id))!;
      if (!(await destroy(tx, about, { rule: 'request', reason: row.reason })))
        throw conflict('case-goes-on', 'This case goes on again; it is not destroyed');
      await leaving.gone();
      const line = (await linesOf(tx, [(await store.findRetention(tx, about.id))!]))[0]!;
      await become(actor);
      trail.on({ ...traceOf(about), reason: row.reason });
      return line;
    },

    /**
     * Tells owners whose case comes to its end, and destroys what was announced long enough ago. Each case is a
     * transaction of its own: killed at any moment, a case is there or it is gone.
     */
    async tick(): Promise<void> {
      for (const id of await database.as(founder, store.toAnnounce)) await apart(id, announce);
      for (const id of await database.as(founder, store.toPurge)) {
        await database.as(founder, (tx) => cancelJobsOfCase(tx, id));
        await apart(id, async (tx, about) => {
          const leaving = await reserve(tx, id);
          if (await destroy(tx, about, { rule: 'due', reason: null })) await leaving.gone();
        });
      }
    },
  };

  /** One that fails keeps no other waiting; it is tried again at the next turn. */
  async function apart(id: string, work: (tx: Db, about: CaseAbout) => Promise<unknown>): Promise<void> {
    await database
      .as(founder, async (tx) => {
        const about = await cases.about(tx, id);
        if (about) await work(tx, about);
      })
      .catch(onError);
  }

  async function announce(tx: Db, about: CaseAbout): Promise<void> {
    const day = await store.announce(tx, about.id);
    if (!day) return;
    await record(tx, 'purge announced', { ...traceOf(about), details: { day } });
    await tell.owner(tx, about, `purge ${about.id} ${day}`, (words) => words.soonGone(about.reference, day));
  }

  /**
   * Waits for whoever is writing into the case this moment, and not for long. What may leave is held first: the gate, too,
   * holds a release before it asks for what is in it.
   */
  async function reserve(tx: Db, id: string): Promise<{ gone(): Promise<void> }> {
    await sql`set local lock_timeout = '15s'`.execute(tx);
    try {
      const leaving = await beforePurge(tx, id);
      await keys.reserve(tx, id);
      return leaving;
    } catch (error) {
      if ((error as { code?: string }).code !== '55P03') throw error;
      throw conflict('case-in-use', 'Something works on this case right now. Try again in a minute');
    }
  }

  /** As the founder, in one transaction: the tombstone, its line in the ledger, and no key. False when it may not be. */
  async function destroy(
    tx: Db,
    about: CaseAbout,
    { rule, reason }: Pick<Tombstone, 'rule' | 'reason'>,
  ): Promise<boolean> {
    const row = (await store.findRetention(tx, about.id))!;
    if (!row.ended_on || row.purged_at) return false;
    const tombstone: Tombstone = {
      reference: about.reference,
      kind: about.kind,
      receivedAt: about.receivedAt.toISOString(),
      endedOn: row.ended_on,
      class: row.class,
      months: row.months,
      purgeOn: row.purge_on!,
      rule,
      reason,
      purgedAt: new Date().toISOString(),
      destroyed: await counted(tx, about),
    };
    const digest = await store.bury(tx, about.id, tombstone);
    if (!digest) return false;
    await keys.destroy(tx, about.id);
    await record(tx, 'case purged', {
      ...traceOf(about),
      ...(reason && { reason }),
      details: { tombstone: digest, rule, destroyed: tombstone.destroyed },
    });
    return true;
  }

  async function counted(tx: Db, about: CaseAbout): Promise<Record<string, number>> {
    await database.become(tx, onBehalfOf(about.owner.id, null, ['MAD']));
    const found: Record<string, number> = {};
    for (const [name, count] of Object.entries(counts)) found[name] = await count(tx, about.id);
    await database.become(tx, founder);
    return found;
  }

  async function found(tx: Db, id: string, trail: Trail): Promise<CaseAbout> {
    const about = (await cases.about(tx, id)) ?? missing();
    trail.on(traceOf(about));
    return about;
  }

  async function opened(
    tx: Db,
    id: string,
    trail: Trail,
    details: Record<string, unknown> = {},
    reason?: string,
  ): Promise<CaseAbout> {
    const about = (await cases.about(tx, id)) ?? missing();
    if (!about.opens)
      throw conflict('case-not-joined', 'Join the team of this case to read it; its owner sees who did');
    trail.on({ ...traceOf(about), details, reason });
    return about;
  }

  async function linesOf(tx: Db, rows: readonly RetentionRow[]): Promise<RetentionLine[]> {
    const ids = rows.map(({ case_id }) => case_id);
    const [abouts, holds, purges] = [
      await cases.abouts(tx, { ids }),
      await store.holdsOf(tx, ids),
      await store.purgesOf(tx, ids),
    ];
    return rows.flatMap((row) => {
      const about = abouts.find(({ id }) => id === row.case_id);
      if (!about) return [];
      const held = holds.filter((one) => one.case_id === row.case_id).map(({ state }) => state);
      const asked = purges.filter((one) => one.case_id === row.case_id).map(({ state }) => state);
      return {
        id: about.id,
        reference: about.reference,
        kind: about.kind,
        owner: about.owner.name,
        class: row.class,
        endedOn: row.ended_on,
        purgeOn: row.purge_on,
        hold: (['placed', 'proposed'] as const).find((state) => held.includes(state)) ?? 'none',
        purge: (['approved', 'asked'] as const).find((state) => asked.includes(state)) ?? 'none',
        announcedAt: row.announced_at?.toISOString() ?? null,
        purgedAt: row.purged_at?.toISOString() ?? null,
      };
    });
  }

  async function shown(tx: Db, actor: Actor, about: CaseAbout): Promise<CaseRetention> {
    const row = await store.findRetention(tx, about.id);
    const schedule = await store.schedule(tx);
    const usual = await store.usualClass(tx, about.kind, about.state);
    const key = about.opens ? (await keys.ofCases(tx, [about.id])).get(about.id) : undefined;
    const [holds, purges] = [await store.holdsOf(tx, [about.id]), await store.purgesOf(tx, [about.id])];
    const side = sideOf(actor, about);
    const gone = row?.purged_at !== null && row !== undefined;
    const named = (of: CaseSide | 'adm', by: string | null) => (side === 'cert' || of === side ? by : null);
    const hand = (of: CaseSide | 'adm', by: string | null, at: Date | null) =>
      at && { by: named(of, by), at: at.toISOString() };
    const toHold = (one: HoldRow): Hold => ({
      id: one.id,
      side: one.side,
      state: one.state,
      reason: key ? key.open(placeOf.hold(one.id), one.sealed) : null,
      asked: hand(one.side, one.asker_name, one.asked_at)!,
      decided: hand(one.side, one.decider_name, one.decided_at),
      ended: hand(one.side, one.ender_name, one.ended_at),
      mayDecide: !gone && isLive(one) && one.side === side && decides(actor, about),
    });
    const toPurge = (one: PurgeRow): Purge => ({
      id: one.id,
      side: one.side,
      state: one.state,
      reason: one.reason,
      asked: hand(one.side, one.asker_name, one.asked_at)!,
      decided: hand(one.decided_side ?? one.side, one.decider_name, one.decided_at),
      executed: hand('adm', one.executor_name, one.executed_at),
      mayDecide:
        one.state === 'asked' && one.asked_by !== actor.person && decidesPurge(actor, about, one) && !gone,
      mayWithdraw:
        ['asked', 'approved'].includes(one.state) &&
        (one.asked_by === actor.person || (one.state === 'approved' && decidesPurge(actor, about, one))),
    });
    return {
      id: about.id,
      reference: about.reference,
      kind: about.kind,
      state: about.state,
      label: about.label,
      owner: about.owner.name,
      opens: about.opens,
      class: row?.class ?? usual,
      months: row?.months ?? schedule.find((one) => one.class === usual)!.months,
      usual,
      reason: key && row?.sealed ? key.open(placeOf.reason(about.id), row.sealed) : null,
      chosenBy: side === 'cert' || row?.chosen_by === actor.person ? (row?.chooser_name ?? null) : null,
      endedOn: row?.ended_on ?? null,
      purgeOn: row?.purge_on ?? null,
      announcedAt: row?.announced_at?.toISOString() ?? null,
      schedule,
      answers: row?.answered_at
        ? {
            lesson: row.lesson!,
            name: row.named!,
            by: row.answered_by!,
            at: row.answered_at.toISOString(),
          }
        : null,
      holds: holds.map(toHold),
      purges: purges.map(toPurge),
      breakGlass: about.opens ? await breakGlass.ofCase(tx, actor, about) : [],
      tombstone: gone ? await tombstoneOf(tx, row) : null,
      may: {
        choose: !gone && decides(actor, about),
        answer: !gone && row?.ended_on !== null && row !== undefined && answers(actor, about),
        hold:
          gone || !side || holds.some((one) => one.side === side && isLive(one))
            ? 'no'
            : decides(actor, about)
              ? 'place'
              : 'propose',
        purge:
          !gone &&
          side !== undefined &&
          typeof row?.ended_on === 'string' &&
          !purges.some(({ state }) => state === 'asked' || state === 'approved'),
      },
    };
  }

  async function tombstoneOf(
    tx: Db,
    { case_id, tombstone }: RetentionRow,
  ): Promise<CaseRetention['tombstone']> {
    const digest = await store.digestOf(tx, case_id);
    const line = await store.ledgerLine(tx, case_id);
    return {
      ...tombstone!,
      digest,
      ledger: line ? { whole: line.tombstone === digest, seq: line.seq } : null,
    };
  }
}

/** Where each sealed text stands; there alone it opens. */
const placeOf = {
  reason: (caseId: string) => `case_retention.sealed ${caseId}`,
  hold: (id: string) => `case_hold.sealed ${id}`,
};

const isLive = ({ state }: HoldRow) => state === 'proposed' || state === 'placed';

const traceOf = ({ id, reference, owner }: CaseAbout) => ({
  kind: 'case',
  id,
  name: reference,
  owner: owner.id,
});

/** For whom somebody speaks here, as the database has it in `speaks_for`. */
function sideOf({ roles, organisation }: Actor, { opens, owner }: CaseAbout): CaseSide | undefined {
  if (!opens) return undefined;
  if (roles.some((role) => role === 'ANA' || role === 'LEAD')) return 'cert';
  const isOwner = organisation === owner.id && roles.some((role) => role === 'MEM' || role === 'MAD');
  return isOwner ? 'owner' : undefined;
}

/** As the database has it in `decides_for`. */
function decides(actor: Actor, about: CaseAbout): boolean {
  const side = sideOf(actor, about);
  return side !== undefined && actor.roles.includes(side === 'cert' ? 'LEAD' : 'MAD');
}

/** As the database has it in `approves_purge`: what is a member's, its own people must want destroyed. */
function decidesPurge(actor: Actor, about: CaseAbout, { side }: Pick<PurgeRow, 'side'>): boolean {
  return decides(actor, about) && (!about.isMembers || side === 'owner' || sideOf(actor, about) === 'owner');
}

function answers(actor: Actor, about: CaseAbout): boolean {
  if (actor.receipt === about.id) return !about.isMembers;
  return sideOf(actor, about) === 'owner' && decides(actor, about);
}

function missing(): never {
  throw notFound('case');
}
