import { z } from 'zod';

import { passage } from './cases.ts';
import { Language } from './people.ts';
import { file, route } from './route.ts';
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
      kept: ExerciseDraft.extend({ by: z.string(), at: Instant })
        .nullable()
        .describe('The exercise that somebody read and kept'),
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
    summary: 'Keep an exercise that somebody has read, in place of the one before',
    action: team,
    records: 'exercise drafted',
    params: ById,
    body: ExerciseDraft.extend({ read: readWhole }),
    reply: ExerciseDraft,
  }),
  exerciseFile: file({
    path: '/api/cases/:id/exercise.html',
    summary: 'The exercise that was kept, as a page of its own',
    action: team,
    records: 'exercise exported',
    params: ById,
  }),
};
