import { z } from 'zod';

import { Severity } from './advisories.ts';
import { Paging, route } from './route.ts';
import { Id, Instant, Tlp } from './words.ts';

/** What there is to be found in the library; one's own plant and drafts have lists of their own. */
export const SearchKind = z.enum(['publication', 'vulnerability', 'advisory']);
export type SearchKind = z.infer<typeof SearchKind>;

/** Plain text in pieces; `found` are the words that were looked for. */
export const Passage = z.array(z.object({ text: z.string(), found: z.boolean() }));
export type Passage = z.infer<typeof Passage>;

export const SearchHit = z.object({
  kind: SearchKind,
  id: Id,
  ref: z.string().describe('How it is cited: reference, CVE number, tracking id'),
  title: Passage,
  snippet: Passage.describe('Where the words stand in it; its beginning where they stand elsewhere'),
  publisher: z.string().nullable().describe('Nobody where it is our own, or of several'),
  label: Tlp.nullable().describe('Of the document; a vulnerability has one for each source'),
  severity: Severity.nullable(),
  score: z.number().nullable(),
  at: Instant.describe('When it last changed'),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const SearchAnswer = z.object({
  groups: z
    .array(
      z.object({
        kind: SearchKind,
        count: z.number().int().describe('How many are known to match'),
        isMore: z.boolean().describe('There are more than were counted'),
        items: z.array(SearchHit).describe('Names before texts, and the newest first'),
      }),
    )
    .describe('Kinds of which something was found'),
  next: z.string().nullable().describe('Pass as `after` to read on, where one kind is asked for'),
  corrected: z
    .string()
    .nullable()
    .describe('Nothing was found as it was typed; this is what was looked for instead'),
  suggestion: z.string().nullable().describe('Little was found; this would find more'),
  words: z.array(z.string()).describe('What was understood of the question: each of these has to be there'),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;

export const searchApi = {
  find: route({
    method: 'GET',
    path: '/api/search',
    summary:
      'Search publications, vulnerabilities and advisories that I may read, with words as people type them',
    action: 'read publication TLP:CLEAR',
    records: null,
    query: Paging.extend({
      q: z.string().max(500).describe('Words, or a number in any spelling'),
      kind: SearchKind.optional().describe('Only these, page by page; without it, the first of each'),
      language: z.enum(['en', 'ru', 'zh']).optional().describe('Preferred where there are several'),
      limit: z.coerce.number().int().min(1).max(50).default(20),
    }),
    reply: SearchAnswer,
  }),
};
