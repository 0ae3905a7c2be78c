import { randomUUID } from 'node:crypto';

import {
  done,
  type CaseMeasure,
  type CaseTask,
  type caseworkApi,
  inLanguage,
  type Language,
  type MeasureState,
  movesOfMeasure,
  type Playbook,
  type Route,
  type TaskState,
  type Worded,
} from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import { hasWords } from '../../platform/search.ts';
import { type CaseDoor, headOf, type OpenedCase, traceOfCase } from '../cases/opened-case-service.ts';
import * as store from './casework-store.ts';
import type { MeasureRow, MeasureStepRow, PlaybookRow, TaskBefore, TaskRow } from './casework-store.ts';
import type { dataFiles } from './data-files.ts';
import { noticeWords } from './notice-words.ts';
import { rowsFor } from './people-in-rows.ts';

export type CaseworkService = ReturnType<typeof caseworkService>;

export interface CaseworkParts {
  readonly cases: CaseDoor;
  readonly files: ReturnType<typeof dataFiles>;
}

type AskOf<Name extends keyof typeof caseworkApi> =
  (typeof caseworkApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

const mostTasks = 500;
const mostMeasures = 200;
/** How long a change is offered to be taken back. */
const UNDO_MS = 15 * 60_000;

interface TaskWords {
  readonly title: string;
  readonly detail: string;
}
interface MeasureWords {
  readonly title: string;
  readonly does: string;
  readonly undo: string;
}

/** Where each sealed text of these tables stands; there alone it opens. */
const placeOf = {
  task: (id: string) => `case_task.sealed ${id}`,
  measure: (id: string) => `case_measure.sealed ${id}`,
  confirmer: (id: string) => `case_measure.confirmed_by ${id}`,
  note: (id: string) => `case_measure_step.note ${id}`,
};

/**
 * What is to be done in a case. Words of a playbook stay in its file and are shown in the language of the reader; whoever
 * writes his own has them sealed under the key of the case.
 */
export function caseworkService({ cases, files }: CaseworkParts) {
  return {
    playbooks: (_ask: AskOf<'playbooks'>) => files.playbooks(),

    async tasks({ tx, actor, params, query, trail }: AskOf<'tasks'>) {
      const found = await cases.open(tx, params.id);
      trail.on(traceOfCase(found));
      const chosen = rowsFor(actor, await store.playbooksOf(tx, found.id));
      const all = rowsFor(actor, await store.tasksOf(tx, found.id))
        .map((row) => toTask(found, row, chosen))
        .toSorted(bySoonest);
      const views = {
        open: all.filter(({ state }) => !isEnded(state)),
        mine: all.filter(({ state, assignee }) => !isEnded(state) && assignee?.id === actor.person),
        ended: all.filter(({ state }) => isEnded(state)),
        all,
      };
      const fits = hasWords(query.search);
      const shown = views[query.view].filter((task) => fits(wordsIn(task)));
      const begin = query.after === undefined ? 0 : Number(query.after) || 0;
      const end = begin + query.limit;
      const last = actor.person
        ? await store.lastChangeOf(tx, found.id, actor.person, new Date(Date.now() - UNDO_MS))
        : undefined;
      const changed = last && all.find(({ id }) => id === last.task_id);
      return {
        case: headOf(found),
        items: shown.slice(begin, end),
        next: end < shown.length ? String(end) : null,
        total: shown.length,
        counts: {
          open: views.open.length,
          mine: views.mine.length,
          ended: views.ended.length,
          all: all.length,
        },
        playbooks: await chosenOf(tx, found.id, chosen),
        people: actor.person
          ? [...(await cases.mySide(tx, found.id))].map(([id, name]) => ({ id, name }))
          : [],
        undo: changed ? { task: changed.id, title: changed.title, revision: last.revision } : null,
      };
    },

    async choose({ tx, actor, params, body, trail }: AskOf<'choose'>) {
      const found = await cases.open(tx, params.id);
      const { items } = await files.playbooks();
      const file = items.find(({ id }) => id === body.playbook);
      if (!file) throw notFound('playbook');
      if (body.sha256 && body.sha256 !== file.sha256)
        throw conflict(
          'playbook-changed',
          'The file of this playbook changed since you read it; look at it anew',
        );
      const { sha256, from: _, ...content } = file;
      const id = await store.insertPlaybook(tx, {
        case_id: found.id,
        playbook: file.id,
        version: file.version,
        sha256,
        content: JSON.stringify(content),
        ...by(actor),
      });
      if (!id)
        throw conflict('playbook-chosen', 'This playbook was chosen already; its tasks are in the list');
      await refuseTooMany(tx, found.id, file.steps.length);
      const now = Date.now();
      await store.insertTasks(
        tx,
        file.steps.map(({ id: step, effect, side, withinHours }) => ({
          ...emptyRow(found.id),
          playbook_id: id,
          step,
          effect,
          side,
          internal: false,
          ...nobody,
          due: withinHours === undefined ? null : new Date(now + withinHours * 3_600_000),
        })),
      );
      await store.insertMeasures(
        tx,
        file.measures.map(({ id: step, effect, reversible, confirm }) => ({
          ...emptyRow(found.id),
          ...unconfirmed,
          playbook_id: id,
          step,
          effect,
          reversible,
          confirm,
        })),
      );
      trail.on({ ...traceOfCase(found), details: { playbook: file.id, version: file.version, sha256 } });
      return { id, tasks: file.steps.length, measures: file.measures.length };
    },

    async unchoose({ tx, params, trail }: AskOf<'unchoose'>) {
      const found = await cases.open(tx, params.id);
      const row = (await store.playbooksOf(tx, found.id)).find(({ id }) => id === params.playbook);
      if (!row) throw notFound('playbook');
      await store.lockAdded(tx, found.id, row.id);
      if ((await store.begunPlaybooks(tx, found.id)).has(row.id))
        throw conflict(
          'playbook-begun',
          'Something that it added was done or changed by now. Drop what is not needed one by one',
        );
      await store.removePlaybook(tx, found.id, row.id);
      trail.on({ ...traceOfCase(found), details: { playbook: row.playbook, version: row.version } });
      return done;
    },

    async addTask({ tx, actor, params, body, trail }: AskOf<'addTask'>) {
      const found = await opened(tx, actor, params.id);
      refuseForeignNote(actor, body.internal);
      await refuseTooMany(tx, found.id, 1);
      const id = found.key.idOf('case_task', actor, body);
      const added = await store.insertTasks(tx, [
        {
          ...emptyRow(found.id),
          id,
          sealed: found.key.seal(
            placeOf.task(id),
            JSON.stringify({ title: body.title, detail: body.detail }),
          ),
          internal: body.internal,
          side: body.side,
          effect: body.effect,
          ...(await assigned(tx, found, body.assignee)),
          due: body.due ? new Date(body.due) : null,
        },
      ]);
      trail.on({ ...traceOfCase(found), details: { task: id, ...(!added && again) } });
      return toTask(found, (await store.lockTask(tx, found.id, id))!, []);
    },

    async changeTask({ tx, actor, params, body, trail }: AskOf<'changeTask'>) {
      const found = await opened(tx, actor, params.id);
      const row = (await store.lockTask(tx, found.id, params.task)) ?? missing('task');
      refuseOlder(row, body.revision);
      const chosen = await store.playbooksOf(tx, found.id);
      const { title, detail, state, side, effect } = body;
      const sealed =
        title === undefined && detail === undefined
          ? row.sealed
          : found.key.seal(
              placeOf.task(row.id),
              JSON.stringify({ ...ownWords(found, row, chosen), ...defined({ title, detail }) }),
            );
      const changed = await keep(tx, actor, row, {
        sealed,
        ...defined({ state, side, effect }),
        ...(body.due !== undefined && { due: body.due === null ? null : new Date(body.due) }),
        ...(body.assignee !== undefined && (await assigned(tx, found, body.assignee))),
      });
      trail.on({ ...traceOfCase(found), details: { task: row.id, state: changed.state } });
      return toTask(found, changed, chosen);
    },

    /** Puts a task back to what it was before the change that the actor has seen; that is a change, too. */
    async undoTask({ tx, actor, params, body, trail }: AskOf<'undoTask'>) {
      const found = await opened(tx, actor, params.id);
      const row = (await store.lockTask(tx, found.id, params.task)) ?? missing('task');
      refuseOlder(row, body.revision);
      const change = await store.changeTo(tx, row.id, row.revision);
      if (!change) throw conflict('task-unchanged', 'Nothing was changed here that could be taken back');
      const { due, ...before } = change.before;
      const changed = await keep(tx, actor, row, {
        ...before,
        due: due === null ? null : new Date(due),
        sealed: change.sealed,
      });
      trail.on({ ...traceOfCase(found), details: { task: row.id } });
      return toTask(found, changed, await store.playbooksOf(tx, found.id));
    },

    async measures({ tx, actor, params, query, trail }: AskOf<'measures'>) {
      const found = await cases.open(tx, params.id);
      trail.on(traceOfCase(found));
      const chosen = rowsFor(actor, await store.playbooksOf(tx, found.id));
      const taken = rowsFor(actor, await store.measureStepsOf(tx, found.id));
      const steps = Map.groupBy(taken, ({ measure_id }) => measure_id);
      const fits = hasWords(query.search);
      const all = rowsFor(actor, await store.measuresOf(tx, found.id)).map((row) =>
        toMeasure(found, row, chosen, steps.get(row.id) ?? []),
      );
      return { case: headOf(found), items: all.filter(({ title, does }) => fits(wordsOf(title, does))) };
    },

    async addMeasure({ tx, actor, params, body, trail }: AskOf<'addMeasure'>) {
      const found = await opened(tx, actor, params.id);
      if ((await store.measuresOf(tx, found.id)).length >= mostMeasures)
        throw conflict('measures-too-many', 'There are many measures already; drop what is not needed', {
          most: mostMeasures,
        });
      const { title, does, undo, effect, confirm, reversible } = body;
      const id = found.key.idOf('case_measure', actor, body);
      const added = await store.insertMeasures(tx, [
        {
          ...emptyRow(found.id),
          ...unconfirmed,
          id,
          sealed: found.key.seal(placeOf.measure(id), JSON.stringify({ title, does, undo })),
          effect,
          confirm,
          reversible,
        },
      ]);
      if (added) await step(tx, found, actor, id, 'proposed', undefined);
      trail.on({ ...traceOfCase(found), details: { measure: id, effect, ...(!added && again) } });
      return one(tx, found, id);
    },

    async changeMeasure({ tx, actor, params, body, trail }: AskOf<'changeMeasure'>) {
      const found = await opened(tx, actor, params.id);
      const row = (await store.lockMeasure(tx, found.id, params.measure)) ?? missing('measure');
      refuseOlder(row, body.revision);
      if (row.state !== 'proposed')
        throw conflict(
          'measure-not-proposed',
          'What was confirmed stays as it is. Propose it anew to change it',
        );
      const { title, does, undo, effect, confirm, reversible } = body;
      await store.updateMeasure(tx, row, {
        sealed: found.key.seal(placeOf.measure(row.id), JSON.stringify({ title, does, undo })),
        effect,
        confirm,
        reversible,
      });
      trail.on({ ...traceOfCase(found), details: { measure: row.id, effect } });
      return one(tx, found, row.id);
    },

    async moveMeasure({ tx, actor, params, body, trail }: AskOf<'moveMeasure'>) {
      const found = await opened(tx, actor, params.id);
      const row = (await store.lockMeasure(tx, found.id, params.measure)) ?? missing('measure');
      refuseOlder(row, body.revision);
      refuseMove(row, body.to);
      await store.updateMeasure(tx, row, {
        state: body.to,
        ...(body.to === 'confirmed' && confirmation(found, actor, row, body.telephone)),
        ...(body.to === 'proposed' && unconfirmed),
      });
      await step(tx, found, actor, row.id, body.to, body.note);
      trail.on({
        ...traceOfCase(found),
        details: { measure: row.id, from: row.state, to: body.to, telephone: body.telephone !== undefined },
      });
      return one(tx, found, row.id);
    },

    /** What was confirmed or done, in words, for a notice to say. */
    async takenMeasures(tx: Db, found: OpenedCase, language: Language): Promise<string[]> {
      const chosen = await store.playbooksOf(tx, found.id);
      return (await store.measuresOf(tx, found.id)).flatMap((row) => {
        const { title, state } = toMeasure(found, row, chosen, []);
        return state === 'proposed' || state === 'dropped'
          ? []
          : [`${inLanguage(title, language)} (${noticeWords[language].measure[state]})`];
      });
    },
  };

  /** Whoever holds a receipt reads; what is done is for people with a name. */
  async function opened(tx: Db, actor: Actor, id: string): Promise<OpenedCase> {
    const found = await cases.open(tx, id);
    if (!actor.person)
      throw conflict(
        'needs-account',
        'Sign in and claim the report to work on it; here you can write to the CERT',
      );
    return found;
  }

  async function assigned(tx: Db, found: OpenedCase, person: string | null) {
    if (person === null) return nobody;
    const name = (await cases.mySide(tx, found.id)).get(person);
    if (name === undefined)
      throw malformed('assignee-unknown', 'Choose somebody of your side who works on this case', {}, [
        { path: 'assignee', message: 'works on this case for nobody of yours' },
      ]);
    return { assignee_id: person, assignee_name: name };
  }

  async function refuseTooMany(tx: Db, caseId: string, more: number): Promise<void> {
    if ((await store.countTasks(tx, caseId)) + more > mostTasks)
      throw conflict('tasks-too-many', 'There are many tasks already; end some of them first', {
        most: mostTasks,
      });
  }

  async function keep(tx: Db, actor: Actor, row: TaskRow, set: Partial<TaskRow>): Promise<TaskRow> {
    const { side, effect, assignee_id, assignee_name, state, due } = row;
    const before: TaskBefore = {
      side,
      effect,
      assignee_id,
      assignee_name,
      state,
      due: due?.toISOString() ?? null,
    };
    const changed = await store.updateTask(tx, row, set);
    await store.insertChange(tx, {
      case_id: row.case_id,
      task_id: row.id,
      revision: changed.revision,
      before: JSON.stringify(before),
      sealed: row.sealed,
      ...by(actor),
    });
    return changed;
  }

  async function step(
    tx: Db,
    found: OpenedCase,
    actor: Actor,
    measure: string,
    state: MeasureState,
    note: string | undefined,
  ): Promise<void> {
    const id = randomUUID();
    await store.insertMeasureStep(tx, {
      id,
      case_id: found.id,
      measure_id: measure,
      state,
      note: note ? found.key.seal(placeOf.note(id), note) : null,
      ...by(actor),
    });
  }

  async function one(tx: Db, found: OpenedCase, id: string): Promise<CaseMeasure> {
    const row = (await store.lockMeasure(tx, found.id, id))!;
    const steps = (await store.measureStepsOf(tx, found.id)).filter(({ measure_id }) => measure_id === id);
    return toMeasure(found, row, await store.playbooksOf(tx, found.id), steps);
  }
}

/** Said of what was sent again and changed nothing. */
const again = { again: true };
const nobody = { assignee_id: null, assignee_name: null };
const unconfirmed = {
  confirmed_by: null,
  confirmed_at: null,
  by_telephone: null,
  recorded_by: null,
  recorded_name: null,
};
const emptyRow = (caseId: string) => ({
  id: randomUUID(),
  case_id: caseId,
  playbook_id: null,
  step: null,
  sealed: null,
});

const by = ({ person, name }: Actor) => ({ person_id: person!, person_name: name });
const isEnded = (state: TaskState) => state === 'done' || state === 'dropped';

/**
 * Who says yes for the process. A person of the member does so himself; the CERT writes down who did by telephone, and
 * when; so does a member for somebody who has no account.
 */
function confirmation(
  found: OpenedCase,
  actor: Actor,
  row: MeasureRow,
  telephone: { name: string; at?: string | undefined } | undefined,
) {
  const isOwners = found.isMembers && actor.organisation === found.ownerId;
  if (!telephone && !isOwners)
    throw conflict(
      'measure-not-yours-to-confirm',
      'Only the member answers for its process. Call, and write down who confirmed it by telephone',
    );
  const at = telephone?.at ? new Date(telephone.at) : new Date();
  if (at.getTime() > Date.now())
    throw malformed('confirmed-in-future', 'Nobody has confirmed it at a time that is still to come', {}, [
      { path: 'telephone.at', message: 'must have passed' },
    ]);
  return {
    confirmed_by: found.key.seal(placeOf.confirmer(row.id), telephone?.name ?? actor.name),
    confirmed_at: at,
    by_telephone: telephone !== undefined,
    recorded_by: actor.person,
    recorded_name: actor.name,
  };
}

function refuseMove(row: MeasureRow, to: MeasureState): void {
  if (movesOfMeasure(row).includes(to)) return;
  if (row.state === 'proposed' && to === 'done')
    throw conflict(
      'measure-unconfirmed',
      'This may reach the process. Have it confirmed by the person it names before it is done',
      { confirm: row.confirm },
    );
  throw conflict('measure-move', `A measure that is ${row.state} does not become ${to}; look at it anew`, {
    from: row.state,
    to,
  });
}

function refuseOlder({ revision }: { revision: number }, seen: number): void {
  if (revision !== seen)
    throw conflict(
      'changed-meanwhile',
      'Somebody changed this while you looked at it. Look at it anew, then change it',
    );
}

function refuseForeignNote({ roles }: Actor, internal: boolean): void {
  if (internal && !roles.some((role) => role === 'ANA' || role === 'LEAD'))
    throw malformed('note-not-yours', 'Only the CERT keeps notes here; send it as a message');
}

const defined = <Values extends object>(values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Values]?: Exclude<Values[Name], undefined>;
  };

/** What is due first, then what was added first; what has ended last. */
function bySoonest(a: CaseTask, b: CaseTask): number {
  const ended = Number(isEnded(a.state)) - Number(isEnded(b.state));
  return ended || (a.due ?? '9').localeCompare(b.due ?? '9');
}

const wordsIn = ({ title, detail, assignee, step }: CaseTask) =>
  `${wordsOf(title, detail)} ${assignee?.name ?? ''} ${step ? wordsOf(step.name) : ''}`;
const wordsOf = (...some: readonly (Worded | null)[]) =>
  some.flatMap((words) => (words ? Object.values(words) : [])).join(' ');

function stepOf<Kind extends 'steps' | 'measures'>(
  { playbook_id, step }: { readonly playbook_id: string | null; readonly step: string | null },
  kind: Kind,
  chosen: readonly PlaybookRow[],
) {
  const playbook = chosen.find(({ id }) => id === playbook_id);
  const some = playbook?.content[kind] as readonly Playbook[Kind][number][] | undefined;
  const found = some?.find(({ id }) => id === step);
  if (!playbook || !found) return undefined;
  return {
    found,
    step: {
      playbook: playbook.playbook,
      name: playbook.content.name,
      version: playbook.version,
      id: found.id,
    },
  };
}

/** What a person begins with who changes one of the words of a task. */
function ownWords(found: OpenedCase, row: TaskRow, chosen: readonly PlaybookRow[]): TaskWords {
  if (row.sealed) return JSON.parse(found.key.open(placeOf.task(row.id), row.sealed)) as TaskWords;
  const from = stepOf(row, 'steps', chosen)!.found;
  return { title: inLanguage(from.title, 'en'), detail: inLanguage(from.detail, 'en') };
}

function toTask(found: OpenedCase, row: TaskRow, chosen: readonly PlaybookRow[]): CaseTask {
  const from = stepOf(row, 'steps', chosen);
  const own = row.sealed ? ownWords(found, row, chosen) : undefined;
  return {
    id: row.id,
    title: own ? { en: own.title } : from!.found.title,
    detail: own ? (own.detail ? { en: own.detail } : null) : from!.found.detail,
    own: own !== undefined,
    side: row.side,
    assignee: row.assignee_id ? { id: row.assignee_id, name: row.assignee_name! } : null,
    due: row.due?.toISOString() ?? null,
    state: row.state,
    effect: row.effect,
    phase: from?.found.phase ?? null,
    step: from?.step ?? null,
    internal: row.internal,
    revision: row.revision,
    changedAt: row.changed_at.toISOString(),
    changedBy: row.changed_name,
  };
}

function toMeasure(
  found: OpenedCase,
  row: MeasureRow,
  chosen: readonly PlaybookRow[],
  steps: readonly MeasureStepRow[],
): CaseMeasure {
  const from = stepOf(row, 'measures', chosen);
  const own = row.sealed
    ? (JSON.parse(found.key.open(placeOf.measure(row.id), row.sealed)) as MeasureWords)
    : undefined;
  return {
    id: row.id,
    title: own ? { en: own.title } : from!.found.title,
    does: own ? { en: own.does } : from!.found.does,
    undo: own ? (own.undo ? { en: own.undo } : null) : from!.found.undo,
    effect: row.effect,
    confirm: row.confirm,
    reversible: row.reversible,
    state: row.state,
    step: from?.step ?? null,
    confirmed: row.confirmed_at && {
      by: row.confirmed_by ? found.key.open(placeOf.confirmer(row.id), row.confirmed_by) : '',
      at: row.confirmed_at.toISOString(),
      telephone: row.by_telephone!,
      recordedBy: row.recorded_name!,
    },
    revision: row.revision,
    history: steps.map(({ id, state, note, person_name, at }) => ({
      to: state,
      note: note && found.key.open(placeOf.note(id), note),
      by: person_name,
      at: at.toISOString(),
    })),
  };
}

async function chosenOf(tx: Db, caseId: string, chosen: readonly PlaybookRow[]) {
  const begun = chosen.length > 0 ? await store.begunPlaybooks(tx, caseId) : new Set<string>();
  return chosen.map((row) => ({ ...toChosen(row), untouched: !begun.has(row.id) }));
}

const toChosen = ({ id, playbook, version, sha256, content, person_name, at }: PlaybookRow) => ({
  id,
  playbook,
  version,
  sha256,
  name: content.name,
  never: content.never,
  sources: content.sources,
  by: person_name,
  at: at.toISOString(),
});

function missing(what: string): never {
  throw notFound(what);
}
