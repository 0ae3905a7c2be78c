import { randomUUID } from 'node:crypto';

import {
  done,
  type Finding,
  type findingApi,
  movesOfFinding,
  type ReportDocument,
  type Route,
} from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import { hasWords } from '../../platform/search.ts';
import type { CaseDoor, OpenedCase } from '../cases/opened-case-service.ts';
import * as store from './investigation-store.ts';
import type { FindingContent, FindingRow, FindingStepRow } from './investigation-store.ts';

type AskOf<Name extends keyof typeof findingApi> =
  (typeof findingApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

export interface FindingParts {
  readonly keys: Keys;
  readonly cases: Pick<CaseDoor, 'open'>;
}

export type FindingService = ReturnType<typeof findingService>;

/** So many are opened at once to look for words in them. */
const mostOpened = 1000;
const mostOfCase = 200;

/** What is to become better: recommended by a report, and done by whoever the case belongs to. */
export function findingService({ keys, cases }: FindingParts) {
  return {
    async list({ tx, actor, query: { search, ...query } }: AskOf<'list'>) {
      const found = hasWords(search);
      const rows = await store.listFindings(tx, { ...query, limit: search ? mostOpened : query.limit });
      const all = await present(tx, actor, rows);
      const items = all
        .filter(({ case: { reference }, number, title, because, effectNote, owner }) =>
          found([reference, `R${number}`, title, because, effectNote, owner].join(' ')),
        )
        .slice(0, query.limit);
      const more = items.length === query.limit || (search && rows.length === mostOpened);
      return { items, next: more ? (items.at(-1)?.id ?? rows.at(-1)!.id) : null };
    },

    async add({ tx, actor, params, body, trail }: AskOf<'add'>) {
      const room = await cases.open(tx, params.id);
      await store.holdNumbers(tx, room.id);
      const id = room.key.idOf('case_finding', actor, body);
      const [sentBefore] = await store.listFindings(tx, { id, limit: 1 });
      if (sentBefore) {
        trail.on({ ...traceOf(sentBefore), details: { again: true } });
        return one(tx, actor, id);
      }
      await writable(tx, room.id);
      const number = await store.nextNumber(tx, 'case_finding', room.id);
      if (number > mostOfCase)
        throw conflict('findings-too-many', `A case holds ${mostOfCase} recommendations at most`);
      await store.insertFinding(tx, { id, case_id: room.id, number, ...columnsOf(room.key, id, body, '') });
      await step(tx, room.key, { id, case_id: room.id }, 'drafted', actor);
      trail.on(traceOf(await found(tx, id)));
      return one(tx, actor, id);
    },

    async change({ tx, actor, params, body, trail }: AskOf<'change'>) {
      const { row, key } = await drafted(tx, params.id);
      if (row.revision !== body.revision)
        throw conflict(
          'changed-meanwhile',
          'Somebody else changed this meanwhile. Keep your text, reload the page and put it in',
        );
      const revision = row.revision + 1;
      await store.changeFinding(tx, row.id, { ...columnsOf(key, row.id, body, ''), revision });
      await step(tx, key, row, 'drafted', actor);
      trail.on(traceOf(row));
      return one(tx, actor, row.id);
    },

    async remove({ tx, params, trail }: AskOf<'remove'>) {
      const { row } = await drafted(tx, params.id);
      await store.removeFinding(tx, row.id);
      trail.on(traceOf(row));
      return done;
    },

    async move({ tx, actor, params, body, trail }: AskOf<'move'>) {
      await store.holdFinding(tx, params.id);
      const row = await found(tx, params.id);
      if (!row.may_move) throw notFound('finding');
      const move = movesOfFinding(row.state).find(({ to }) => to === body.to);
      if (!move)
        throw conflict(
          'finding-move',
          `A finding that is ${row.state} does not become ${body.to}; look at it anew`,
          {
            from: row.state,
            to: body.to,
          },
        );
      const { key } = await cases.open(tx, row.case_id);
      const content = store.findingContent.open(key, row);
      const given = {
        owner: body.owner ?? content.owner,
        due: body.due ?? row.due,
        reason: body.reason ?? '',
      };
      const lacking = move.asks.filter((ask) => !given[ask]);
      if (lacking.length > 0)
        throw malformed(
          'finding-needs',
          `Say first: ${lacking.join(', ')}`,
          { fields: lacking.join(', ') },
          lacking.map((path) => ({ path, message: 'is needed for this step' })),
        );
      await store.changeFinding(tx, row.id, {
        state: body.to,
        due: given.due,
        sealed: store.findingContent.seal(key, row.id, { ...content, owner: given.owner }),
      });
      await step(tx, key, row, body.to, actor, given.reason);
      trail.on({ ...traceOf(row), details: { from: row.state, to: body.to } });
      return one(tx, actor, row.id);
    },

    /** For the report: what is recommended, and who wrote it down. */
    async ofCase(tx: Db, room: OpenedCase) {
      const rows = await store.listFindings(tx, { case: room.id, limit: mostOfCase });
      const steps = Map.groupBy(
        await store.findingStepsOf(
          tx,
          rows.map(({ id }) => id),
        ),
        (one) => one.finding_id,
      );
      return rows
        .toSorted((a, b) => a.number - b.number)
        .map((row) => ({
          recommendation: recommendationOf(room.key, row),
          authors: (steps.get(row.id) ?? []).flatMap(({ state, person_id, person_name }) =>
            state === 'drafted' && person_id ? [[person_id, person_name] as const] : [],
          ),
        }));
    },

    /** With the final report, what it recommends is for whoever the case belongs to. */
    async open(tx: Db, room: OpenedCase, actor: Actor): Promise<void> {
      for (const row of await store.listFindings(tx, {
        case: room.id,
        state: 'drafted',
        limit: mostOfCase,
      })) {
        await store.changeFinding(tx, row.id, { state: 'open' });
        await step(tx, room.key, row, 'open', actor);
      }
    },
  };

  async function one(tx: Db, actor: Actor, id: string): Promise<Finding> {
    return (await present(tx, actor, [await found(tx, id)]))[0]!;
  }

  async function drafted(tx: Db, id: string) {
    await store.holdFinding(tx, id);
    const row = await found(tx, id);
    if (row.state !== 'drafted')
      throw conflict(
        'finding-open',
        'It was recommended in a final report. Recommend something else in the next one',
      );
    await writable(tx, row.case_id);
    return { row, key: (await cases.open(tx, row.case_id)).key };
  }

  async function present(tx: Db, actor: Actor, rows: readonly FindingRow[]): Promise<Finding[]> {
    const opened = await keys.ofCases(tx, [...new Set(rows.map(({ case_id }) => case_id))]);
    const steps = Map.groupBy(
      await store.findingStepsOf(
        tx,
        rows.map(({ id }) => id),
      ),
      (step_) => step_.finding_id,
    );
    return rows.flatMap((row) => {
      const key = opened.get(row.case_id);
      return key ? [toFinding(key, row, steps.get(row.id) ?? [], actor)] : [];
    });
  }
}

/** Held until the transaction ends: what is being checked is not changed under the eyes of the checker. */
async function writable(tx: Db, caseId: string): Promise<void> {
  const current = await store.lockCurrent(tx, caseId);
  if (current?.state === 'submitted')
    throw conflict('report-closed', 'The report is submitted by now. Look at it again', {
      state: current.state,
    });
}

async function found(tx: Db, id: string): Promise<FindingRow> {
  const [row] = await store.listFindings(tx, { id, limit: 1 });
  if (!row) throw notFound('finding');
  return row;
}

async function step(
  tx: Db,
  key: DataKey,
  { id, case_id }: Pick<FindingRow, 'id' | 'case_id'>,
  state: Finding['state'],
  actor: Actor,
  reason = '',
): Promise<void> {
  const stepId = randomUUID();
  await store.insertFindingStep(tx, {
    id: stepId,
    case_id,
    finding_id: id,
    state,
    sealed: reason ? store.stepReason.seal(key, stepId, reason) : null,
    person_id: actor.person,
    person_name: actor.name,
  });
}

type Recommended = Omit<ReportDocument['recommendations'][number], 'number'>;

function columnsOf(
  key: DataKey,
  id: string,
  { title, because, effectNote, kind, severity, effort, effect }: Recommended,
  owner: string,
) {
  const content: FindingContent = { title, because, effectNote, owner };
  return { kind, severity, effort, effect, sealed: store.findingContent.seal(key, id, content) };
}

function recommendationOf(key: DataKey, row: FindingRow): ReportDocument['recommendations'][number] {
  const { title, because, effectNote } = store.findingContent.open(key, row);
  const { number, kind, severity, effort, effect } = row;
  return { number, title, because, kind, severity, effort, effect, effectNote };
}

function toFinding(key: DataKey, row: FindingRow, steps: readonly FindingStepRow[], actor: Actor): Finding {
  const isStaff = actor.roles.some((role) => role === 'ANA' || role === 'LEAD');
  return {
    ...recommendationOf(key, row),
    id: row.id,
    revision: row.revision,
    changedBy: (isStaff && steps.findLast(({ state }) => state === 'drafted')?.person_name) || null,
    case: { id: row.case_id, reference: row.reference },
    state: row.state,
    owner: store.findingContent.open(key, row).owner,
    due: row.due,
    overdue: row.overdue,
    mayMove: row.may_move && movesOfFinding(row.state).length > 0,
    steps: steps
      .filter(({ state }) => state !== 'drafted')
      .map((one) => ({
        state: one.state,
        reason: one.sealed ? store.stepReason.open(key, { id: one.id, sealed: one.sealed }) : '',
        // Of the CERT only to the CERT.
        by: isStaff || one.state !== 'open' ? one.person_name : '',
        at: one.at.toISOString(),
      })),
  };
}

const traceOf = ({ id, reference, number, owner_id }: FindingRow) => ({
  kind: 'finding',
  id,
  name: `${reference} R${number}`,
  owner: owner_id,
});
