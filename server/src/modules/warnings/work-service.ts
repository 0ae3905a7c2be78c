import { randomUUID } from 'node:crypto';

import {
  matchMoves,
  type MatchState,
  openMatchStates,
  type Remediation,
  remediationOf,
  type Remedy,
  type Told,
} from '@busbar/contract';
import { sql } from 'kysely';

import { type Actor, founder, onBehalfOf } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import type { AdvisoryService } from '../advisories/advisory-service.ts';
import type { AlertService } from './alert-service.ts';
import { measuresIn } from './checklist.ts';
import { holdPlant } from './comparison-store.ts';
import { concernsDevice } from './vulnerability-answers.ts';
import { addSteps, lockMatches, type MatchRow, setState, sinceNow } from './warning-store.ts';
import {
  alikeOf,
  beforeOf,
  type Chosen,
  chosenFor,
  equalOf,
  lapsed,
  setMeasures,
  setPlans,
  setRemediation,
  someClosed,
  tickMeasure,
  undoable,
} from './work-store.ts';

export type WorkService = ReturnType<typeof workService>;

export interface WorkParts {
  readonly database: Database;
  readonly advisories: Pick<AdvisoryService, 'guidance'>;
  /** The people of the actor's organisation who work on its plant. */
  readonly colleagues: (tx: Db) => Promise<ReadonlyMap<string, string>>;
  /** Who tells people; handed over late, for mail stands on much else. */
  readonly alerts: () => Pick<AlertService, 'news' | 'noNews' | 'acted' | 'undone' | 'today'>;
}

interface Move {
  readonly warnings: string[];
  readonly equal?: boolean | undefined;
  readonly to: MatchState;
  readonly reason?: string | undefined;
  readonly until?: string | undefined;
}

interface Plan {
  readonly warnings: string[];
  readonly equal: boolean;
  readonly measures?: string[] | undefined;
  readonly assignee?: string | null | undefined;
  readonly secondContact?: string | null | undefined;
  readonly due?: string | null | undefined;
}

/** What people do about warnings. All or none: one that cannot go this way stops the others, and the problem says which. */
export function workService({ database, advisories, colleagues, alerts }: WorkParts) {
  return {
    async move({
      tx,
      actor,
      body: { warnings, equal, to, reason, until },
      trail,
    }: Ask<unknown, unknown, Move>) {
      // What comes back is news, and whoever compares, or makes two devices one, has news of the same warnings.
      if (isOpen(to) && (await someClosed(tx, warnings))) await holdPlant(tx);
      const rows = equal ? await lockedWithAlike(tx, warnings) : await locked(tx, warnings);
      for (const { state } of rows) {
        const step = matchMoves.find((one) => one.from === state && one.to === to);
        if (!step) throw cannotMove(state, to);
        if (step.reason && !reason)
          throw malformed('reason-needed', 'Say why, for those who ask later', { to }, [
            { path: 'reason', message: 'is needed' },
          ]);
      }
      if (to === 'riskAccepted') {
        if (!until)
          throw malformed(
            'until-needed',
            'Say until when the risk is accepted; then it is looked at again',
            {},
            [{ path: 'until', message: 'is needed' }],
          );
        await notOver(tx, actor, until, 'until');
      }
      const move = randomUUID();
      await setState(
        tx,
        rows.map(({ id }) => ({ id, state: to })),
        {
          reason: reason ?? null,
          until: until ?? null,
          person: actor.person,
          move,
          was: new Map(rows.map((row) => [row.id, beforeOf(row)])),
        },
      );
      for (const { id, product, state } of rows)
        trail.on({
          kind: 'warning',
          id,
          name: product,
          owner: actor.organisation,
          reason,
          details: { from: state, to },
        });
      // Whoever opens a warning again says that something is to be done, not that he has it in hand.
      const [back, ours] = [true, false].map((again) =>
        rows.filter(({ state }) => again === (isOpen(to) && !isOpen(state))).map(({ id }) => id),
      ) as [string[], string[]];
      await sinceNow(tx, back);
      await alerts().news(tx, back);
      await alerts().acted(tx, actor, ours, move);
      return { changed: rows.length, move };
    },

    async undo({ tx, actor, body: { move }, trail }: Ask<unknown, unknown, { move: string }>) {
      const found = actor.person === null ? [] : await undoable(tx, move, actor.person);
      if (found.length === 0)
        throw conflict(
          'nothing-to-undo',
          'This cannot be taken back any more: an hour is over, or somebody has gone on from it',
        );
      const rows = await lockMatches(
        tx,
        found.map(({ id }) => id),
      );
      const before = new Map(found.map(({ id, before: was }) => [id, was]));
      for (const was of new Set(
        found.map(({ before: { state, reason, until } }) => JSON.stringify([state, reason, until])),
      )) {
        const [state, reason, until] = JSON.parse(was) as [MatchState, string | null, string | null];
        const same = rows.filter(({ id }) => {
          const one = before.get(id)!;
          return one.state === state && one.reason === reason && one.until === until;
        });
        await setState(
          tx,
          same.map(({ id }) => ({ id, state })),
          { reason, until, person: actor.person, move },
        );
      }
      await setPlans(
        tx,
        found.map(({ id, before: { due, assignee, second, since } }) => ({
          id,
          due,
          assignee,
          second,
          since,
        })),
      );
      const measured = found.flatMap(({ id, before: { measures } }) =>
        measures ? [[id, measures] as const] : [],
      );
      if (measured.length > 0) await setMeasures(tx, actor.organisation!, new Map(measured));
      const ids = rows.map(({ id }) => id);
      await alerts().undone(tx, actor, ids, move);
      await alerts().noNews(tx, ids);
      for (const { id, product } of rows)
        trail.on({
          kind: 'warning',
          id,
          name: product,
          owner: actor.organisation,
          details: { undone: move },
        });
      return { changed: rows.length };
    },

    async plan({ tx, actor, body, trail }: Ask<unknown, unknown, Plan>) {
      const asked = await locked(tx, body.warnings);
      const more = body.equal
        ? await lockMatches(
            tx,
            (await equalOf(tx, body.warnings)).filter((id) => !body.warnings.includes(id)),
          )
        : [];
      const rows = [...asked, ...more];
      for (const { state } of rows)
        if (!['new', 'confirmed', 'planned'].includes(state)) throw cannotMove(state, 'planned');
      const people = await colleagues(tx);
      for (const path of ['assignee', 'secondContact'] as const) {
        const person = body[path];
        if (person && !people.has(person))
          throw malformed('not-a-colleague', 'Choose somebody who works on this plant', {}, [
            { path, message: 'is nobody of this organisation who works on its plant' },
          ]);
      }
      if (body.due) await notOver(tx, actor, body.due, 'due');
      const chosen = body.measures && (await chosenOf(tx, rows, body.measures, actor.person));
      const before = await chosenFor(
        tx,
        rows.map(({ id }) => id),
      );
      if (chosen) await setMeasures(tx, actor.organisation!, keepingWhatIsDone(chosen, before));
      await setPlans(
        tx,
        rows.map((row) => ({
          id: row.id,
          due: body.due === undefined ? row.due : body.due,
          assignee: body.assignee === undefined ? row.assignee_id : body.assignee,
          second: body.secondContact === undefined ? row.second_contact_id : body.secondContact,
        })),
      );
      const move = randomUUID();
      await tx
        .updateTable('match')
        .set({ state: 'planned' })
        .where('id', '=', sql<string>`any (${rows.map(({ id }) => id)}::uuid[])`)
        .execute();
      await addSteps(
        tx,
        rows.map((row) => ({
          id: row.id,
          what: 'plan',
          told: planTold(body, people, chosen?.get(row.id)),
          was: beforeOf(row, chosen ? (before.get(row.id) ?? []) : null),
        })),
        { person: actor.person, move },
      );
      for (const { id, product } of rows)
        trail.on({
          kind: 'warning',
          id,
          name: product,
          owner: actor.organisation,
          details: { due: body.due ?? null, assignee: body.assignee ?? null },
        });
      await alerts().acted(
        tx,
        actor,
        rows.map(({ id }) => id),
        move,
      );
      return { changed: rows.length, move };
    },

    async tick({
      tx,
      actor,
      params,
      body,
      trail,
    }: Ask<{ id: string }, unknown, { key: string; done: boolean }>) {
      const [row] = await locked(tx, [params.id]);
      const text = await tickMeasure(tx, row!.id, body.key, body.done ? actor.person : null);
      if (text === undefined) throw notFound('measure');
      const code = body.done ? 'measure-done' : 'measure-undone';
      const said: Told = {
        code,
        params: { text },
        text: body.done ? `Done: ${text}` : `Not done after all: ${text}`,
      };
      await addSteps(tx, [{ id: row!.id, what: 'measure', told: [said] }], { person: actor.person });
      trail.on({
        kind: 'warning',
        id: row!.id,
        name: row!.product,
        owner: actor.organisation,
        details: { code },
      });
      const left = (await chosenFor(tx, [row!.id])).get(row!.id)!.filter(({ done_at }) => done_at === null);
      return { left: left.length };
    },

    async mark({
      tx,
      actor,
      params,
      body: { names, remediation, equal },
      trail,
    }: Ask<{ id: string }, unknown, { names: string[]; remediation: Remediation | null; equal: boolean }>) {
      const rows = equal ? await lockedWithAlike(tx, [params.id]) : await locked(tx, [params.id]);
      const { state, vulnerabilities } = rows.find(({ id }) => id === params.id)!;
      if (remediationOf[state] === null)
        throw conflict(
          'nothing-to-remedy',
          'This warning says of no vulnerability that there is something to remedy; open it again first',
        );
      const known = new Set(vulnerabilities.filter(concernsDevice).flatMap(({ of }) => of));
      if (names.some((name) => !known.has(name)))
        throw malformed(
          'vulnerability-unknown',
          'The advisory does not say of this device that it has this vulnerability; reload the page',
          {},
          [{ path: 'names', message: 'names one that the device does not have' }],
        );
      const ids = rows.map(({ id }) => id);
      await setRemediation(tx, ids, names, remediation);
      const told = markTold(names, remediation);
      await addSteps(
        tx,
        ids.map((id) => ({ id, what: 'measure', told: [told] })),
        { person: actor.person },
      );
      for (const { id, product } of rows)
        trail.on({
          kind: 'warning',
          id,
          name: product,
          owner: actor.organisation,
          details: { vulnerabilities: names.slice(0, 20), remediation },
        });
      return { changed: rows.length };
    },

    async colleagues({ tx }: Ask) {
      return { items: Array.from(await colleagues(tx), ([id, name]) => ({ id, name })) };
    },

    /**
     * What was accepted until a day that is over where its organisation is is to be decided again. Any number of programs may
     * ask at any time.
     */
    async reopen(now = new Date()): Promise<number> {
      const owners = await database.as(founder, (tx) =>
        tx
          .selectFrom('organisation')
          .select('id')
          .where(sql<boolean>`kinds && array['operator', 'integrator']`)
          .where('state', '!=', 'left')
          .execute(),
      );
      let count = 0;
      for (const { id } of owners)
        count += await database.as(onBehalfOf(id, null, ['MEM']), async (tx) => {
          // Whoever compares, or makes two devices one, has news of the same warnings.
          await holdPlant(tx);
          const over = await lapsed(tx, await alerts().today(tx, id, now));
          await setState(
            tx,
            over.map((match) => ({ id: match, state: 'confirmed' })),
          );
          await sinceNow(tx, over);
          await alerts().news(tx, over);
          return over.length;
        });
      return count;
    },
  };

  /** Days are those of the organisation, wherever whoever asks is. */
  async function notOver(tx: Db, { organisation }: Actor, day: string, path: string): Promise<void> {
    if (day < (await alerts().today(tx, organisation!, new Date())))
      throw malformed('day-over', 'This day is over; choose one to come', { day }, [
        { path, message: 'is over' },
      ]);
  }

  async function locked(tx: Db, ids: readonly string[]): Promise<MatchRow[]> {
    const wanted = [...new Set(ids)];
    const rows = await lockMatches(tx, wanted);
    if (rows.length < wanted.length) throw notFound('warning');
    return rows;
  }

  /** All in one order, so that two who move the same do not wait for one another; whoever was quicker with one keeps it. */
  async function lockedWithAlike(tx: Db, ids: readonly string[]): Promise<MatchRow[]> {
    const rows = await locked(tx, [...ids, ...(await alikeOf(tx, ids))]);
    const like = ({ advisory_id, identity, state }: MatchRow) =>
      `${advisory_id} ${identity.toString('hex')} ${state}`;
    const asked = new Set(rows.filter(({ id }) => ids.includes(id)).map(like));
    return rows.filter((row) => asked.has(like(row)));
  }

  /** The words of what was chosen, as each warning's advisory has them; a key that none of them has is refused. */
  async function chosenOf(
    tx: Db,
    rows: readonly MatchRow[],
    keys: readonly string[],
    person: string | null,
  ): Promise<Map<string, Chosen[]>> {
    const read = new Map<string, ReturnType<typeof measuresIn>>();
    const kept = await chosenFor(
      tx,
      rows.map(({ id }) => id),
    );
    const missing = new Set(keys);
    const now = new Date().toISOString();
    const chosen = new Map<string, Chosen[]>();
    for (const row of rows) {
      const place = `${row.advisory_id} ${row.product_ids.join(' ')}`;
      let there = read.get(place);
      if (!there) {
        const remedies: Remedy[] = (await advisories.guidance(tx, row.advisory_id, row.product_ids)).remedies;
        read.set(place, (there = measuresIn(remedies)));
      }
      const known = new Map<string, Pick<Chosen, 'key' | 'kind' | 'text'>>([
        ...(kept.get(row.id) ?? []).map((one) => [one.key, one] as const),
        ...there.map((one) => [one.key, one] as const),
      ]);
      const own = keys.flatMap((key) => known.get(key) ?? []);
      for (const { key } of own) missing.delete(key);
      chosen.set(
        row.id,
        own.map(({ key, kind, text }) => ({
          key,
          kind,
          text,
          chosen_by: person,
          chosen_at: now,
          done_by: null,
          done_at: null,
        })),
      );
    }
    if (missing.size > 0)
      throw malformed('measure-unknown', 'The advisory does not name this; reload the page', {}, [
        { path: 'measures', message: 'names something that the advisory does not' },
      ]);
    return chosen;
  }
}

const isOpen = (state: MatchState) => openMatchStates.includes(state);

function keepingWhatIsDone(
  chosen: ReadonlyMap<string, readonly Chosen[]>,
  before: ReadonlyMap<string, readonly Chosen[]>,
): Map<string, Chosen[]> {
  return new Map(
    Array.from(chosen, ([match, list]) => {
      const was = new Map((before.get(match) ?? []).map((one) => [one.key, one]));
      return [match, list.map((one) => was.get(one.key) ?? one)];
    }),
  );
}

function markTold(names: readonly string[], remediation: Remediation | null): Told {
  const vulnerabilities = names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '');
  return remediation === null
    ? {
        code: 'vulnerabilities-unmarked',
        params: { vulnerabilities },
        text: `${vulnerabilities}: as the warning says`,
      }
    : {
        code: 'vulnerabilities-marked',
        params: { vulnerabilities, to: remediation },
        text: `${vulnerabilities}: ${remediation}`,
      };
}

function planTold(
  { assignee, secondContact, due }: Plan,
  people: ReadonlyMap<string, string>,
  chosen: readonly Chosen[] | undefined,
): Told[] {
  const told = (code: string, text: string, params: Told['params'] = {}): Told => ({ code, params, text });
  const person = (id: string) => people.get(id) ?? '';
  return [
    ...(chosen ? chosen.map(({ text }) => told('measure-chosen', `Chosen: ${text}`, { text })) : []),
    ...(assignee ? [told('assigned', `To be done by ${person(assignee)}`, { name: person(assignee) })] : []),
    ...(assignee === null ? [told('assigned-nobody', 'Nobody is to do it')] : []),
    ...(secondContact
      ? [told('second-contact', `Second contact: ${person(secondContact)}`, { name: person(secondContact) })]
      : []),
    ...(due ? [told('due-set', `Due on ${due}`, { due })] : []),
    ...(due === null ? [told('due-none', 'No day is set')] : []),
  ];
}

function cannotMove(from: MatchState, to: MatchState) {
  return conflict('warning-cannot-move', `A warning that is ${from} cannot become ${to}; reload the list`, {
    from,
    to,
  });
}
