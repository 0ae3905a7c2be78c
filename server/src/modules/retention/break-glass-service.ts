import type { BreakGlass, breakGlassApi, BreakGlassState, Route } from '@busbar/contract';

import { type Actor, founder } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, notFound } from '../../platform/problem.ts';
import type { aboutCases, CaseAbout } from '../cases/case-about-service.ts';
import {
  type BreakGlassRow,
  findBreakGlass,
  insertBreakGlass,
  listBreakGlass,
  moveBreakGlass,
} from './break-glass-store.ts';
import type { Tell } from './notices.ts';

export type BreakGlassService = ReturnType<typeof breakGlassService>;

export interface BreakGlassParts {
  readonly database: Database;
  readonly cases: { readonly abouts: typeof aboutCases };
  readonly tell: Tell;
}

type AskOf<Name extends keyof typeof breakGlassApi> =
  (typeof breakGlassApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

/** An administrator looks into one case, because a lead lets him: asked for, approved, told, and over at its hour. */
export function breakGlassService({ database, cases, tell }: BreakGlassParts) {
  return {
    async list({ tx, actor, query }: AskOf<'list'>) {
      const rows = await listBreakGlass(tx, query);
      await database.become(tx, founder);
      const abouts = await cases.abouts(tx, { ids: [...new Set(rows.map(({ case_id }) => case_id))] });
      await database.become(tx, actor);
      const of = new Map(abouts.map((about) => [about.id, about.reference]));
      return {
        items: rows.map((row) => toBreakGlass(row, of.get(row.case_id) ?? '', actor)),
        next: rows.length === query.limit ? rows.at(-1)!.id : null,
      };
    },

    async ask({ tx, actor, body: { reference, reason, hours }, trail }: AskOf<'ask'>) {
      await database.become(tx, founder);
      const [about] = await cases.abouts(tx, {
        reference: reference.toUpperCase().replaceAll(/[^A-Z0-9-]/g, ''),
      });
      await database.become(tx, actor);
      if (!about) throw notFound('case');
      const row = await insertBreakGlass(tx, {
        case_id: about.id,
        reason,
        hours,
        asked_by: actor.person!,
        asker_name: actor.name,
      });
      if (!row) throw conflict('glass-asked', 'You asked for this case already; a lead has to answer');
      trail.on({ ...traceOf(about), reason, details: { hours } });
      await database.become(tx, founder);
      await tell.leads(tx, actor.organisation!, about, `glass ${row.id} asked`, (words) =>
        words.asksToLook(about.reference, actor.name, hours, reason),
      );
      await database.become(tx, actor);
      return toBreakGlass(row, about.reference, actor);
    },

    async decide({ tx, actor, params, body: { to }, trail }: AskOf<'decide'>) {
      const row = (await findBreakGlass(tx, params.id)) ?? missing();
      const [mine, lead] = [row.asked_by === actor.person, actor.roles.includes('LEAD')];
      if (to !== 'ended' && mine)
        throw conflict('same-person', 'You asked for this; a lead who is somebody else must decide');
      if (to === 'ended' ? !mine && !lead : !lead) missing();
      if (stateOf(row) !== (to === 'ended' ? 'approved' : 'asked'))
        throw conflict('glass-moved', 'This was decided meanwhile, or is over; look at it anew');
      const hand = { by: actor.person!, name: actor.name, at: new Date() };
      const moved = await moveBreakGlass(tx, row.id, {
        state: to,
        ...(to === 'ended'
          ? { ended_by: hand.by, ender_name: hand.name, ended_at: hand.at }
          : { decided_by: hand.by, decider_name: hand.name, decided_at: hand.at }),
      });
      await database.become(tx, founder);
      const about = (await cases.abouts(tx, { ids: [row.case_id] }))[0]!;
      if (to === 'approved')
        await tell.owner(tx, about, `glass ${row.id}`, (words) =>
          words.lookedInto(
            about.reference,
            row.asker_name,
            moved.until!.toISOString().slice(0, 16).replace('T', ' '),
            row.reason,
          ),
        );
      await database.become(tx, actor);
      trail.on({
        ...traceOf(about),
        reason: row.reason,
        details: { to, breakGlass: row.id, by: row.asker_name },
      });
      return toBreakGlass(moved, about.reference, actor);
    },

    /** Of a case that opens for the actor: whoever it concerns may know, whoever asked. */
    async ofCase(tx: Db, actor: Actor, about: CaseAbout): Promise<BreakGlass[]> {
      await database.become(tx, founder);
      const rows = await listBreakGlass(tx, { caseId: about.id, limit: 50 });
      await database.become(tx, actor);
      return rows
        .filter(({ state }) => state !== 'refused')
        .map((row) => toBreakGlass(row, about.reference, actor));
    },
  };
}

/** Whoever holds the words of the report reads that it was opened, and why; nobody of the CERT is named to him. */
function toBreakGlass(row: BreakGlassRow, reference: string, actor: Actor): BreakGlass {
  const named = (name: string | null) => (actor.receipt && name ? '' : name);
  return {
    id: row.id,
    case: row.case_id,
    reference,
    state: stateOf(row),
    reason: row.reason,
    hours: row.hours,
    askedBy: named(row.asker_name)!,
    askedAt: row.asked_at.toISOString(),
    decidedBy: named(row.decider_name),
    decidedAt: row.decided_at?.toISOString() ?? null,
    until: row.until?.toISOString() ?? null,
    endedBy: named(row.ender_name),
    endedAt: row.ended_at?.toISOString() ?? null,
    mine: row.asked_by === actor.person,
  };
}

/** Over at its hour, whoever looks. */
const stateOf = ({ state, until }: BreakGlassRow): BreakGlassState =>
  state === 'approved' && until! <= new Date() ? 'expired' : state;

const traceOf = ({ id, reference, owner }: CaseAbout) => ({
  kind: 'case',
  id,
  name: reference,
  owner: owner.id,
});

function missing(): never {
  throw notFound('request');
}
