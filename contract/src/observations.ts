import { z } from 'zod';

import { Location, Party } from './captures.ts';
import { Language } from './people.ts';
import { Certainty } from './plant.ts';
import { file, page, Paging, route } from './route.ts';
import { ById, Id, Instant, Told } from './words.ts';

/** What a capture shows besides devices, conversations and operations. */

const InCapture = Paging.extend({ asset: Id.optional(), search: z.string().max(200).optional() });

const Range = z.tuple([z.number(), z.number()]);

/** A quantity of the process, as its reads and writes tell it: a register, a tag, an information object. */
export const Variable = z.object({
  id: Id,
  device: Party.describe('Who holds it'),
  protocol: z.string(),
  name: z.string().describe('As an engineer writes it: `40001`, `DB10.DBW4`, `CA 1 IOA 4005`'),
  count: z.number().int().describe('Values seen'),
  sets: z.number().int().describe('How many of them were set rather than told'),
  changes: z.number().int().describe('How often a value differed from the one before'),
  first: z.number(),
  last: z.number(),
  range: Range.describe('The least and the most of all values'),
  setRange: Range.nullable().describe('Of the values that were set; null where nobody did'),
  firstSeen: Instant,
  lastSeen: Instant,
  points: z
    .array(z.tuple([z.number(), z.number()]))
    .describe('[microseconds since 1970, value] at changes, thinned out evenly where there were too many'),
});
export type Variable = z.infer<typeof Variable>;

/** A file, program or block that was carried over. */
export const Transfer = z.object({
  id: Id,
  device: Party.describe('Whose file it is, or becomes'),
  other: Party,
  protocol: z.string(),
  way: z.enum(['to', 'from']).describe('To the device, or from it'),
  kind: z.enum(['program', 'firmware', 'configuration', 'file']),
  name: z.string(),
  bytes: z.number().int(),
  complete: z.boolean().describe('Both sides said that this was all, and all of it is in the capture'),
  firstSeen: Instant,
  lastSeen: Instant,
  at: Location,
});
export type Transfer = z.infer<typeof Transfer>;

/** Somebody signed in with what everybody on the wire could read. The secret itself is kept nowhere. */
export const Credentials = z.object({
  id: Id,
  source: Party,
  target: Party,
  protocol: z.string(),
  scheme: z.string().describe('`basic`, `password`, `community`, …'),
  user: z.string(),
  secret: z.number().int().describe('How long it was'),
  count: z.number().int(),
  firstSeen: Instant,
  lastSeen: Instant,
  at: Location,
});
export type Credentials = z.infer<typeof Credentials>;

/** critical: somebody gets up now · high: the shift acts · medium: an analyst looks today · low, info: for following up. */
export const Gravity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export type Gravity = z.infer<typeof Gravity>;

/** Something that should not go unnoticed, in the words of a control room. */
export const Detection = z.object({
  id: Id,
  code: z.string().describe('Of the catalogue, such as `controller-stopped`'),
  title: z.string(),
  why: z.string().describe('Why it matters'),
  now: z.string().describe('What the shift does next'),
  check: z
    .string()
    .describe('What an analyst looks at to tell a false alarm from an attack; empty where nothing is needed'),
  severity: Gravity,
  certainty: Certainty,
  techniques: z.array(z.object({ id: z.string(), name: z.string() })).describe('MITRE ATT&CK for ICS'),
  source: Party.nullable().describe('Null where there were several, or none that can be named'),
  target: Party.nullable(),
  count: z.number().int(),
  refused: z.number().int().describe('How many of them the device said no to'),
  firstSeen: Instant,
  lastSeen: Instant,
  params: Told.shape.params.describe('What was counted, or how it differs'),
  evidence: z.array(
    z.object({
      step: z.number().int().nullable().describe('Of a sequence, from 1'),
      what: Told.describe('Its code is that of an operation or an anomaly; empty where it is neither'),
      refused: Told.nullable(),
      at: Location,
    }),
  ),
});
export type Detection = z.infer<typeof Detection>;

const action = 'read plant captures and what they show';

export const observationApi = {
  detections: route({
    method: 'GET',
    path: '/api/captures/:id/detections',
    summary: 'What stands out in a capture, the gravest first',
    action,
    records: 'capture detections listed',
    params: ById,
    query: InCapture.extend({ severity: Gravity.optional(), language: Language.default('en') }),
    reply: page(Detection),
  }),
  variables: route({
    method: 'GET',
    path: '/api/captures/:id/variables',
    summary: 'Quantities of the process in a capture and how they went: those that were set first',
    action,
    records: 'capture variables listed',
    params: ById,
    query: InCapture,
    reply: page(Variable),
  }),
  transfers: route({
    method: 'GET',
    path: '/api/captures/:id/transfers',
    summary: 'Files, programs and blocks that were carried over in a capture, the largest first',
    action,
    records: 'capture transfers listed',
    params: ById,
    query: InCapture,
    reply: page(Transfer),
  }),
  credentials: route({
    method: 'GET',
    path: '/api/captures/:id/credentials',
    summary: 'Who signed in with what everybody on the wire could read; never the secrets',
    action,
    records: 'capture credentials listed',
    params: ById,
    query: InCapture,
    reply: page(Credentials),
  }),
  content: file({
    path: '/api/captures/:id/transfers/:transfer/content',
    summary: 'The content of a file that was carried over, as far as the capture holds it',
    action: 'download raw evidence',
    records: 'carried file downloaded',
    reauthenticates: true,
    params: ById.extend({ transfer: Id }),
  }),
};
