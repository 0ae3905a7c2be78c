import {
  type ExerciseDraft,
  type ExerciseEdition,
  editionOf,
  type FileAnswer,
  factReference,
  type Inject,
  type learningApi,
  longestExercise,
  type Route,
} from '@busbar/contract';

import type { Ask } from '../../platform/http.ts';
import type { DataKey } from '../../platform/keys.ts';
import { conflict, notFound } from '../../platform/problem.ts';
import { type CaseDoor, type OpenedCase, traceOfCase } from '../cases/opened-case-service.ts';
import type { ConcernService } from '../concerns/concern-service.ts';
import type { CaseConsentService } from '../consents/case-consent-service.ts';
import type { TimelineService } from '../evidence/timeline-service.ts';
import type { InvestigationService } from '../investigations/investigation-service.ts';
import type { PublicationService } from '../publications/publication-service.ts';
import { exerciseHtml } from './exercise-html.ts';
import * as store from './learning-store.ts';
import { nameless } from './nameless.ts';

type AskOf<Name extends keyof typeof learningApi> =
  (typeof learningApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

export interface LearningParts {
  readonly cases: Pick<CaseDoor, 'open' | 'people'>;
  readonly concerns: Pick<ConcernService, 'named'>;
  readonly investigations: Pick<InvestigationService, 'newest'>;
  readonly timeline: Pick<TimelineService, 'cited'>;
  readonly caseConsents: Pick<CaseConsentService, 'lends' | 'use'>;
  readonly publications: Pick<PublicationService, 'create'>;
}

export type LearningService = ReturnType<typeof learningService>;

const mostInjects = 100;
const mostText = 20_000;
const MINUTE_MS = 60_000;

/** What a case leaves behind for others. The program takes out whom it knows; a person reads the rest. */
export function learningService({
  cases,
  concerns,
  investigations,
  timeline,
  caseConsents,
  publications,
}: LearningParts) {
  return {
    async suggest({ tx, actor, params, trail, become }: AskOf<'suggest'>) {
      const room = await cases.open(tx, params.id);
      const newest = await investigations.newest(tx, room);
      const report = newest && editionOf(newest.document, newest.document.language);
      const language = report?.language ?? 'en';
      // The newest of a long case: what came last is what was found out. Whole: half a name is not found.
      const seen = (await timeline.cited(tx, room, undefined, undefined, mostText))
        .slice(0, mostInjects)
        .toSorted((a, b) => (a.at < b.at ? -1 : 1));
      const start = Date.parse(seen[0]?.at ?? '') || 0;
      const bare = (text: string) => text.replaceAll(factReference, '').replaceAll(/ +(?=[.,;]|$)/gm, '');
      const summary = report?.sections
        .map(({ heading, text }) => `## ${heading}\n\n${bare(text)}`)
        .join('\n\n');
      const mitigation = report?.recommendations
        .map(({ heading, text }) => `- **${heading}** ${bare(text)}`)
        .join('\n');
      const title = report?.title.heading ?? '';
      // Only what whoever drafts may read anyway: else a word that is taken out tells him what a plant has.
      await become({ ...actor, plant: room.ownerId });
      const inPlant = await store.namesIn(
        tx,
        room.ownerId,
        [title, summary, mitigation, ...seen.map(({ name }) => name)].join('\n'),
      );
      await become(actor);
      const plain = nameless(
        [
          { kind: 'operator', name: room.owner },
          ...(await cases.people(tx, room)).map((name) => ({ kind: 'person' as const, name })),
          ...(await concerns.named(tx, room)),
          ...inPlant,
          { kind: 'device', name: room.reference },
        ],
        language,
      );
      const cut = (text: string, most = mostText) => plain.text(text).slice(0, most).trim().toWellFormed();
      const injects = seen.map(({ name, at }): Inject => ({
        after: Math.min(Math.round((Date.parse(at) - start) / MINUTE_MS), longestExercise),
        says: cut(name, 2000),
        expects: '',
      }));
      const told = injects.map(({ after, says }) => `- T+${after} min: ${says}`).join('\n');
      const row = await store.exerciseOf(tx, room.id);
      trail.on(traceOfCase(room));
      const draft = {
        lesson: {
          language,
          title: cut(title, 300),
          summary: (summary ? cut(summary) : told).slice(0, mostText).trim(),
          mitigation: cut(mitigation ?? ''),
        },
        exercise: { language, title: cut(title, 300), injects },
      };
      return {
        case: shown(room),
        consents: await caseConsents.lends(tx, room.id, 'lesson'),
        ...draft,
        replaced: plain.replaced,
        kept: row ? editionFrom(room.key, row) : null,
      };
    },

    async lesson(ask: AskOf<'lesson'>) {
      const { body, trail } = ask;
      const room = await lent(ask);
      const { language, title, summary, mitigation } = body;
      const begun = await publications.create(
        { ...ask, body: { kind: 'lesson', language, title } },
        { summary, mitigation },
      );
      // The gate asks the consent again when it leaves, and whoever gave it sees where it went.
      await caseConsents.use({
        ...ask,
        body: { subject: { kind: 'publication', id: begun.id }, parts: ['lesson'] },
      });
      trail.on({ ...traceOfCase(room), details: { publication: begun.ref } });
      return begun;
    },

    async exercise(ask: AskOf<'exercise'>): Promise<ExerciseEdition> {
      const { tx, actor, body, trail } = ask;
      const room = await lent(ask);
      const { read, revision: seen, ...draft } = body;
      const newest = await store.exerciseOf(tx, room.id);
      // Sent again, or with nothing changed: it is there once.
      if (newest && saysTheSame(store.openExercise(room.key, newest), draft)) {
        trail.on({ ...traceOfCase(room), details: { edition: newest.revision, again: true } });
        return editionFrom(room.key, newest);
      }
      if ((newest?.revision ?? 0) !== seen) throw changedMeanwhile();
      const revision = seen + 1;
      const row = await store.keepExercise(tx, {
        case_id: room.id,
        revision,
        sealed: store.sealExercise(room.key, room.id, revision, draft),
        person_id: actor.person!,
        person_name: actor.name,
      });
      // Somebody was quicker, perhaps with the same: it is looked at beside what he kept.
      if (!row) return this.exercise(ask);
      trail.on({ ...traceOfCase(room), details: { edition: revision, injects: draft.injects.length, read } });
      return editionFrom(room.key, row);
    },

    async exercises({ tx, params, query, trail }: AskOf<'exercises'>) {
      const room = await cases.open(tx, params.id);
      // One more than is asked for: with it the last of them can be compared.
      const rows = await store.exercisesOf(tx, room.id, query.after, query.limit + 1);
      trail.on(traceOfCase(room));
      const editions = rows.map((row) => editionFrom(room.key, row));
      const earlier = editions[query.limit] ?? null;
      const items = editions.slice(0, query.limit);
      return {
        case: shown(room),
        items,
        earlier,
        next: earlier ? String(items.at(-1)!.revision) : null,
      };
    },

    async exerciseFile({ tx, params, query, trail }: AskOf<'exerciseFile'>): Promise<FileAnswer> {
      const room = await cases.open(tx, params.id);
      const row = await store.exerciseOf(tx, room.id, query.edition);
      if (!row) throw notFound('exercise');
      trail.on(traceOfCase(room));
      // Its name tells nothing of the case: the file is handed on.
      const content = exerciseHtml(store.openExercise(room.key, row));
      return { name: 'exercise.html', type: 'text/html; charset=utf-8', content };
    },
  };

  /** Nothing of a case is made for others before whoever it is from agrees. */
  async function lent({ tx, params }: Pick<AskOf<'lesson'>, 'tx' | 'params'>): Promise<OpenedCase> {
    const room = await cases.open(tx, params.id);
    if (!(await caseConsents.lends(tx, room.id, 'lesson')))
      throw conflict(
        'lesson-no-consent',
        'Whoever this case is from has not agreed to a lesson. Ask for consent to it first, on the page of consents',
      );
    return room;
  }
}

const shown = ({ id, reference, label, owner }: OpenedCase) => ({ id, reference, label, owner });

const editionFrom = (key: DataKey, row: store.ExerciseRow): ExerciseEdition => ({
  ...store.openExercise(key, row),
  revision: row.revision,
  by: row.person_name,
  at: row.at.toISOString(),
});

const saysTheSame = (one: ExerciseDraft, other: ExerciseDraft) =>
  JSON.stringify(one) === JSON.stringify(other);

const changedMeanwhile = () =>
  conflict(
    'changed-meanwhile',
    'Somebody else kept another edition meanwhile. Keep your text, reload the page and put it in',
  );
