import type { caseApi, RelatedCase, Resemblance, Route } from '@busbar/contract';
import { done } from '@busbar/contract';

import { type Actor, founder } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, notFound } from '../../platform/problem.ts';
import { authorOf, type CaseService, missing, opened, traceOf } from './case-service.ts';
import { type CaseRow, findCase, joinTeam, leaveTeam, lockCase } from './case-store.ts';
import { joinedTexts } from './case-words.ts';
import { findThread, pulseOf, resembling, setSeen, staffOf } from './room-store.ts';

export type TeamService = ReturnType<typeof teamService>;

/** Something to be mailed to the people of an organisation about a case of theirs. */
export interface CaseNotice {
  readonly owner: string;
  readonly case: string;
  /** The same event is told once. */
  readonly key: string;
  readonly reference: string;
  readonly texts: Readonly<Record<string, { readonly subject: string; readonly text: string }>>;
  readonly path: string;
}

export interface TeamParts {
  readonly cases: CaseService;
  tell(tx: Db, actor: Actor, notice: CaseNotice): Promise<void>;
}

type AskOf<Name extends keyof typeof caseApi> =
  (typeof caseApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

/** How much a resemblance says; one vendor, or a word or two, make no case resemble another. */
const weights: Record<Resemblance, number> = {
  file: 6,
  address: 5,
  name: 4,
  order: 3,
  vulnerability: 2,
  vendor: 1,
  word: 0.4,
};
const LEAST = 2;
const MOST_SHOWN = 10;
/** What is counted for somebody who may not see the case: a device or an indicator, no words that people happen to use. */
const telling: readonly Resemblance[] = ['file', 'address', 'name', 'order'];

/** Who of the CERT works on a case, what else may belong to it, and what is new in it. */
export function teamService({ cases, tell }: TeamParts) {
  return {
    async join({ tx, actor, params, trail, requestId }: AskOf<'join'>) {
      const row = (await lockCase(tx, params.id)) ?? missing();
      if (!row.opens && !actor.roles.includes('LEAD')) missing();
      if (!row.team.includes(actor.person!)) {
        await joinTeam(tx, row.id, actor.person!);
        await tellOwner(tx, actor, row, actor.name, requestId);
      }
      trail.on(traceOf(row));
      return { case: row.id };
    },

    async colleagues({ tx, actor, params }: AskOf<'colleagues'>) {
      const row = await opened(tx, params.id, actor);
      const staff = await staffOf(tx, actor.organisation);
      return { items: staff.filter(({ person }) => !row.team.includes(person)) };
    },

    async bring({ tx, actor, params, body, trail, requestId }: AskOf<'bring'>) {
      await lockCase(tx, params.id);
      const row = await opened(tx, params.id, actor);
      const colleague = (await staffOf(tx, actor.organisation)).find(({ person }) => person === body.person);
      if (!colleague) throw notFound('person');
      if (!row.team.includes(colleague.person)) {
        await joinTeam(tx, row.id, colleague.person);
        await tellOwner(tx, actor, row, colleague.name, requestId);
      }
      trail.on({ ...traceOf(row), details: { person: colleague.person, name: colleague.name } });
      return done;
    },

    async leave({ tx, actor, params, trail, become }: AskOf<'leave'>) {
      await lockCase(tx, params.id);
      const row = await opened(tx, params.id, actor);
      if (!row.team.includes(actor.person!)) missing();
      if (row.team.length === 1 && row.state !== 'received')
        throw conflict('last-of-team', 'Nobody would be left on this case. Bring a colleague in first');
      // Nobody writes a row that he does not see afterwards; a lead sees that the case is there.
      await become({ ...actor, roles: ['LEAD'] });
      await leaveTeam(tx, row.id, actor.person!);
      await become(actor);
      trail.on(traceOf(row));
      return done;
    },

    async related({ tx, actor, params, trail, become }: AskOf<'related'>) {
      const row = await opened(tx, params.id, actor);
      await become(founder);
      const alike = ranked(await resembling(tx, row.id));
      await become(actor);
      const known = await cases.linesOf(
        tx,
        actor,
        alike.map(({ id }) => id),
      );
      const lines = new Map(known.map((line) => [line.id, line]));
      const items = alike.flatMap(({ id, shares }): RelatedCase[] => {
        const line = lines.get(id);
        return line ? [{ case: line, shares }] : [];
      });
      const hidden = alike.filter(
        ({ id, shares }) => !lines.has(id) && shares.some(({ what }) => telling.includes(what)),
      ).length;
      trail.on({ ...traceOf(row), details: { shown: items.length, hidden } });
      return { items: items.slice(0, MOST_SHOWN), hidden };
    },

    async pulse({ tx, params }: AskOf<'pulse'>) {
      return { pulse: (await pulseOf(tx, params.id)) ?? missing() };
    },

    async seen({ tx, actor, params, body: { thread, until } }: AskOf<'seen'>) {
      const row = (await findCase(tx, params.id)) ?? missing();
      if (thread ? !(await findThread(tx, row.id, thread)) : !row.opens) missing();
      // A reporter without an account is nobody of whom anything is kept.
      if (actor.person)
        await setSeen(tx, {
          person_id: actor.person,
          thread: thread ?? row.id,
          case_id: row.id,
          until: new Date(Math.min(Date.parse(until), Date.now())),
        });
      return done;
    },
  };

  /** Whoever reads a case of theirs from now on, they are told by name. */
  async function tellOwner(tx: Db, actor: Actor, row: CaseRow, who: string, requestId: string) {
    if (row.owner_id === actor.organisation || authorOf(actor) !== 'cert') return;
    await tell(tx, actor, {
      owner: row.owner_id,
      case: row.id,
      key: `joined ${row.id} ${requestId}`,
      reference: row.ref,
      texts: joinedTexts(who, row.ref),
      path: `/cases/${row.id}`,
    });
  }
}

/** The most alike first. */
function ranked(found: readonly { id: string; kind: Resemblance; count: number }[]) {
  const byCase = new Map<string, { what: Resemblance; count: number }[]>();
  for (const { id, kind, count } of found) byCase.set(id, [...(byCase.get(id) ?? []), { what: kind, count }]);
  return [...byCase]
    .map(([id, shares]) => ({
      id,
      shares: shares.toSorted((a, b) => weights[b.what] - weights[a.what]),
      weight: shares.reduce((sum, { what, count }) => sum + weights[what] * Math.min(count, 10), 0),
    }))
    .filter(({ weight }) => weight >= LEAST)
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, 100);
}
