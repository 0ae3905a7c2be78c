import { z } from 'zod';

import { Detection, Gravity } from './observations.ts';
import { Language } from './people.ts';
import { file, page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant } from './words.ts';

/** What is usual at a site, learnt from captures that show it as it should be. */
export const Baseline = z.object({
  captures: z.array(
    z.object({
      capture: Id.nullable().describe('Null once the capture was removed; what it taught stays'),
      name: z.string(),
      learntAt: Instant,
      learntBy: z.string(),
    }),
  ),
  seconds: z.number().describe('Covered by these captures together'),
  devices: z.number().int(),
  talks: z.number().int().describe('Who talks to whom by which protocol'),
  operations: z.number().int(),
  variables: z.number().int(),
  users: z.number().int().describe('Who signs in where, readable by everybody'),
});
export type Baseline = z.infer<typeof Baseline>;

/** What is not as it was learnt, in the shape and words of detections. */
export const Difference = Detection.omit({ id: true });
export type Difference = z.infer<typeof Difference>;

export const baselineApi = {
  get: route({
    method: 'GET',
    path: '/api/sites/:id/baseline',
    summary: 'What was learnt as usual at a site, in numbers, and from which captures',
    action: 'read plant captures and what they show',
    records: 'baseline read',
    params: ById,
    reply: Baseline,
  }),
  exportJson: file({
    path: '/api/sites/:id/baseline.json',
    summary:
      'What was learnt as usual at a site, as docs/baseline.schema.json describes it: field kits compare with it',
    action: 'read plant captures and what they show',
    records: 'baseline exported',
    params: ById,
  }),
  learn: route({
    method: 'POST',
    path: '/api/sites/:id/baseline',
    summary: 'A capture shows the site as it should be: it is added to what was learnt',
    action: 'manage sites zones assets',
    records: 'baseline learnt',
    params: ById,
    body: z.object({ capture: Id }),
    reply: Baseline,
  }),
  forget: route({
    method: 'DELETE',
    path: '/api/sites/:id/baseline',
    summary: 'Forget all that was learnt as usual at a site',
    action: 'manage sites zones assets',
    records: 'baseline forgotten',
    params: ById,
    reply: Done,
  }),
  differences: route({
    method: 'GET',
    path: '/api/captures/:id/differences',
    summary: 'What in a capture is not as it was learnt at its site, the gravest first',
    action: 'read plant captures and what they show',
    records: 'capture differences listed',
    params: ById,
    query: Paging.extend({ severity: Gravity.optional(), language: Language.default('en') }),
    reply: page(Difference).extend({
      learnt: z.number().int().describe('Captures that the site was learnt from; none: nothing is compared'),
      isLearnt: z.boolean().describe('This capture is one of them'),
    }),
  }),
};
