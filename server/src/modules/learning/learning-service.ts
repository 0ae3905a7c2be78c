import {
  editionOf,
  type FileAnswer,
  factReference,
  type Inject,
  type learningApi,
  longestExercise,
  type Route,
} from '@busbar/contract';

import { onBehalfOf } from '../../platform/actor.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, notFound } from '../../platform/problem.ts';
import { type CaseDoor, type OpenedCase, traceOfCase } from '../cases/opened-case-service.ts';
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
  readonly cases: Pick<CaseDoor, 'open'>;
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
      // The newest of a long case: what came last is what was found out.
      const seen = (await timeline.cited(tx, room))
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
      // The names of whoever it is from are read in his place: also of what whoever drafts may not see.
      await become(onBehalfOf(room.ownerId, null, ['MAD'], 'busbar'));
      const names = await store.namesIn(
        tx,
        room.ownerId,
        [title, summary, mitigation, ...seen.map(({ name }) => name)].join('\n'),
      );
      await become(actor);
      const plain = nameless([...names, { kind: 'device', name: room.reference }], language);
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
        case: { id: room.id, reference: room.reference, label: room.label, owner: room.owner },
        consents: await caseConsents.lends(tx, room.id, 'lesson'),
        ...draft,
        replaced: plain.replaced,
        kept: row
          ? { ...store.openExercise(room.key, row), by: row.person_name, at: row.at.toISOString() }
          : null,
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

    async exercise(ask: AskOf<'exercise'>) {
      const { tx, actor, body, trail } = ask;
      const room = await lent(ask);
      const { read, ...draft } = body;
      await store.keepExercise(tx, {
        case_id: room.id,
        sealed: store.sealExercise(room.key, room.id, draft),
        person_id: actor.person!,
        person_name: actor.name,
      });
      trail.on({ ...traceOfCase(room), details: { injects: draft.injects.length, read } });
      return draft;
    },

    async exerciseFile({ tx, params, trail }: AskOf<'exerciseFile'>): Promise<FileAnswer> {
      const room = await cases.open(tx, params.id);
      const row = await store.exerciseOf(tx, room.id);
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
