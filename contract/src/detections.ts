import { z } from 'zod';

import { Detection, Gravity } from './observations.ts';
import { Language } from './people.ts';
import { file, route } from './route.ts';
import { line } from './words.ts';

/** One idea of what should not go unnoticed, whether or not any capture shows it. */
export const WatchedFor = Detection.pick({
  title: true,
  why: true,
  now: true,
  check: true,
  severity: true,
  certainty: true,
  techniques: true,
}).extend({
  id: z.string().describe('As it stands with what was found, such as `controller-stopped`'),
  version: z.number().int(),
  looksAt: z
    .enum([
      'operation',
      'sequence',
      'anomaly',
      'conversation',
      'variables',
      'transfer',
      'credentials',
      'difference',
    ])
    .describe('What must be seen, of one kind'),
  brought: z
    .object({
      by: z.string().nullable().describe('The source; null for those who do not see sources'),
      instead: z.boolean().describe('In the place of an older one that comes with the program'),
    })
    .nullable()
    .describe('Null for those that come with the program'),
});
export type WatchedFor = z.infer<typeof WatchedFor>;

const only = z.literal('brought').optional().describe('Those alone that did not come with the program');
const action = 'read publication TLP:CLEAR';

export const detectionApi = {
  list: route({
    method: 'GET',
    path: '/api/detections',
    summary: 'What is looked for in captures, and why',
    action,
    records: null,
    query: z.object({
      search: line(200).optional(),
      severity: Gravity.optional(),
      only,
      language: Language.default('en'),
    }),
    reply: z.object({ items: z.array(WatchedFor) }),
  }),
  file: file({
    path: '/api/detections/detections.json',
    summary: 'The same as a file that another instance or the command line takes',
    action,
    records: null,
    query: z.object({ only }),
  }),
};
