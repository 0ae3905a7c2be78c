import { z } from 'zod';

import { passage } from './cases.ts';
import { Language } from './people.ts';
import { file, page, route } from './route.ts';
import { ById, Id, Instant, line, Tlp } from './words.ts';

/** What others may learn from a case: a lesson, which is published, and an exercise, which is played. */

export const LessonDraft = z.object({
  language: Language,
  title: line(300),
  summary: passage(20_000).describe('What happened, in Markdown'),
  mitigation: passage(20_000).describe('What helps against it, in Markdown'),
});
export type LessonDraft = z.infer<typeof LessonDraft>;

/** In minutes: a year. */
export const longestExercise = 60 * 24 * 366;

/** Something that the players are told. */
export const Inject = z.object({
  after: z.number().int().min(0).max(longestExercise).describe('Minutes from the beginning of the exercise'),
  says: passage(2000),
  expects: passage(1000).describe('What they should do then; an inject without it is counted as uncovered'),
});
export type Inject = z.infer<typeof Inject>;

export const ExerciseDraft = z.object({
  language: Language,
  title: line(300),
  injects: z.array(Inject).min(1).max(100),
});
export type ExerciseDraft = z.infer<typeof ExerciseDraft>;

/** An exercise as somebody kept it. */
export const ExerciseEdition = ExerciseDraft.extend({
  revision: z.int().min(1).describe('Goes up by one with every edition'),
  by: z.string(),
  at: Instant,
});
export type ExerciseEdition = z.infer<typeof ExerciseEdition>;

/** Whoever keeps it has read it whole and found nobody in it. */
const readWhole = z.literal(true);
const team = 'triage and move cases';

export const learningApi = {
  suggest: route({
    method: 'GET',
    path: '/api/cases/:id/learning',
    summary: 'Drafts of a lesson and an exercise, made of timeline and report without names and addresses',
    action: team,
    records: 'lesson suggested',
    params: ById,
    reply: z.object({
      case: z.object({ id: Id, reference: z.string(), label: Tlp, owner: z.string() }),
      consents: z.boolean().describe('Whoever it is from agrees now that others learn from it'),
      lesson: LessonDraft.extend({ title: z.string().describe('Empty where no report has one') }),
      exercise: ExerciseDraft.extend({ title: z.string(), injects: z.array(Inject).max(100) }),
      replaced: z.number().int().describe('How many names and addresses have others in their place'),
      kept: ExerciseEdition.nullable().describe('The newest edition that somebody read and kept'),
    }),
  }),
  lesson: route({
    method: 'POST',
    path: '/api/cases/:id/lesson',
    summary: 'Begin a publication with a lesson that somebody has read; the consent to it goes along',
    action: team,
    records: 'lesson drafted',
    params: ById,
    body: LessonDraft.extend({ read: readWhole }),
    reply: z.object({ id: Id, ref: z.string() }),
  }),
  exercise: route({
    method: 'PUT',
    path: '/api/cases/:id/exercise',
    summary: 'Keep an exercise that somebody has read, as the next edition; the ones before stay',
    action: team,
    records: 'exercise drafted',
    params: ById,
    body: ExerciseDraft.extend({
      read: readWhole,
      revision: z.int().min(0).describe('Of the edition that was read; 0 for none'),
    }),
    reply: ExerciseEdition,
  }),
  exercises: route({
    method: 'GET',
    path: '/api/cases/:id/exercises',
    summary: 'The editions of the exercise, newest first',
    action: team,
    records: 'exercise editions read',
    params: ById,
    query: z.object({
      after: z.coerce.number().int().min(1).optional().describe('`next` of the page before'),
      limit: z.coerce.number().int().min(1).max(20).default(10),
    }),
    reply: page(ExerciseEdition).extend({
      case: z.object({ id: Id, reference: z.string(), label: Tlp, owner: z.string() }),
      earlier: ExerciseEdition.nullable().describe('What the last of these followed; null for the first'),
    }),
  }),
  exerciseFile: file({
    path: '/api/cases/:id/exercise.html',
    summary: 'An edition of the exercise that was kept, as a page of its own',
    action: team,
    records: 'exercise exported',
    params: ById,
    query: z.object({
      edition: z.coerce.number().int().min(1).optional().describe('Its revision; else the newest'),
    }),
  }),
};
