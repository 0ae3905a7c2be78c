import { z } from 'zod';

import { page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant, Told } from './words.ts';

export const JobState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);
export type JobState = z.infer<typeof JobState>;

export const JobKind = z.enum([
  'analyse-capture',
  'import-advisories',
  'import-inventory',
  'import-bundle',
  'match-advisories',
  'decide-warnings',
  'send-release',
  'fetch-source',
  'make-pack',
  'check-pack',
  'install-pack',
  'deliver',
  'tell-warnings',
  'derive-claims',
  'withdraw-claims',
  'run-analysis',
]);
export type JobKind = z.infer<typeof JobKind>;

/** Long work. It survives the program being killed: it is run again, and nothing is stored twice. */
export const Job = z.object({
  id: Id,
  kind: JobKind,
  subject: z
    .object({
      kind: z.enum([
        'capture',
        'import',
        'inventory',
        'bundle',
        'organisation',
        'release',
        'source',
        'pack',
        'dispatch',
        'run',
      ]),
      id: Id,
      name: z.string(),
    })
    .describe('What it works on; the name is empty for administrators'),
  state: JobState,
  step: Told.nullable().describe('What it does now'),
  done: z.number().describe('Of `total`; bytes or documents, whatever the step counts'),
  total: z.number().nullable(),
  attempt: z.number().int(),
  problem: Told.nullable().describe('Why it failed, and what to do'),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
});
export type Job = z.infer<typeof Job>;

/** From which state which of the two buttons may be pressed. */
export const jobMoves = [
  { move: 'cancel', from: 'queued', to: 'cancelled' },
  { move: 'cancel', from: 'running', to: 'cancelled' },
  { move: 'retry', from: 'failed', to: 'queued' },
  { move: 'retry', from: 'cancelled', to: 'queued' },
] as const satisfies readonly { move: 'cancel' | 'retry'; from: JobState; to: JobState }[];

export const jobApi = {
  list: route({
    method: 'GET',
    path: '/api/jobs',
    summary: 'List the jobs of my organisation, newest first',
    action: 'see jobs',
    serves: ['own', 'meta'],
    records: null,
    query: Paging.extend({ state: JobState.optional(), kind: JobKind.optional() }),
    reply: page(Job),
  }),
  get: route({
    method: 'GET',
    path: '/api/jobs/:id',
    summary: 'How far one job is',
    action: 'see jobs',
    serves: ['own', 'meta'],
    records: null,
    params: ById,
    reply: Job,
  }),
  cancel: route({
    method: 'POST',
    path: '/api/jobs/:id/cancel',
    summary: 'Stop a job: nothing more of it is stored',
    action: 'see jobs',
    serves: ['own', 'meta'],
    records: 'job cancelled',
    params: ById,
    reply: Done,
  }),
  retry: route({
    method: 'POST',
    path: '/api/jobs/:id/retry',
    summary: 'Run a failed or cancelled job again',
    action: 'see jobs',
    serves: ['own', 'meta'],
    records: 'job retried',
    params: ById,
    reply: Done,
  }),
};
