import { z } from 'zod';

import { Level } from './plant.ts';
import { route } from './route.ts';
import { ById, Id, Instant, line, Told, Visibility } from './words.ts';

/** What happens to people if the zone fails (SSVC, Safety Impact). */
export const SafetyImpact = z.enum(['negligible', 'marginal', 'critical', 'catastrophic']);
export type SafetyImpact = z.infer<typeof SafetyImpact>;

/** How far an attacker gets without help (SSVC, System Exposure). */
export const Exposure = z.enum(['small', 'controlled', 'open']);
export type Exposure = z.infer<typeof Exposure>;

/** One level, 0 to 4, for each foundational requirement FR 1 to FR 7 (IEC 62443-3-3 §4). */
export const SecurityLevels = z.array(z.number().int().min(0).max(4)).length(7);
export type SecurityLevels = z.infer<typeof SecurityLevels>;

/** FR 1 to FR 7, in this order. */
export const foundationalRequirements = ['IAC', 'UC', 'SI', 'DC', 'RDF', 'TRE', 'RA'] as const;

export const ZoneKind = z.enum(['zone', 'conduit']);
export type ZoneKind = z.infer<typeof ZoneKind>;

/** dismissed: of a zone, it is none; of a conduit, this way must not be. */
export const ZoneState = z.enum(['accepted', 'dismissed']);
export type ZoneState = z.infer<typeof ZoneState>;

const described = {
  name: line(80),
  level: Level,
  safetyImpact: SafetyImpact.nullable(),
  exposure: Exposure.nullable(),
  slTarget: SecurityLevels.nullable(),
  slAchieved: SecurityLevels.nullable(),
  protocols: z.array(line(60)).max(60).describe('Of a conduit: what may pass; empty for anything'),
  outside: z.boolean().describe('Of a conduit: it leads out of the plant'),
  note: z.string().trim().max(2000),
};

/** A zone or a conduit of a site (IEC 62443-3-2), as people say it is. */
export const Zone = z.object({
  ...described,
  id: Id,
  site: z.object({ id: Id, name: z.string() }),
  kind: ZoneKind,
  state: ZoneState,
  connects: z.array(z.object({ id: Id, name: z.string() })).describe('Of a conduit: the zones it joins'),
  devices: z.number().int(),
  warnings: z.number().int().describe('Open warnings of its devices'),
  place: z
    .object({ x: z.number().int(), y: z.number().int() })
    .nullable()
    .describe('On the drawing, by hand'),
});
export type Zone = z.infer<typeof Zone>;

const connects = z.array(Id).max(50);
export const NewZone = z.object({
  kind: ZoneKind,
  ...described,
  level: Level.default('unknown'),
  safetyImpact: described.safetyImpact.default(null),
  exposure: described.exposure.default(null),
  slTarget: described.slTarget.default(null),
  slAchieved: described.slAchieved.default(null),
  protocols: described.protocols.default([]),
  outside: described.outside.default(false),
  note: described.note.default(''),
  connects: connects.default([]),
});
export type NewZone = z.infer<typeof NewZone>;

export const ZoneCorrection = z.object({ ...described, state: ZoneState, connects }).partial();
export type ZoneCorrection = z.infer<typeof ZoneCorrection>;

/** Devices that nobody placed, and the zone they might be, with the reasons. */
export const ProposedZone = z.object({
  proposal: z.string().describe('Its name in decisions; the same devices are proposed under the same name'),
  joins: z.object({ id: Id, name: z.string() }).nullable().describe('The zone they would be added to'),
  name: Told,
  level: Level,
  devices: z.number().int(),
  roles: z.array(z.object({ role: z.string(), count: z.number().int() })),
  reasons: z.array(Told),
});
export type ProposedZone = z.infer<typeof ProposedZone>;

/** What passes between zones, or out of the plant, and no conduit allows. Accepting it makes it a conduit. */
export const UnexpectedConduit = z.object({
  proposal: z.string(),
  zones: z.array(z.object({ id: Id, name: z.string() })),
  outside: z.boolean(),
  conduit: z
    .object({ id: Id, name: z.string() })
    .nullable()
    .describe('Joins these zones already, for other protocols'),
  name: Told,
  protocols: z.array(z.string()),
  packets: z.number().int(),
  devices: z.number().int(),
  lastSeen: Instant,
  unwanted: z.boolean().describe('Somebody said that it must not be'),
  reasons: z.array(Told),
});
export type UnexpectedConduit = z.infer<typeof UnexpectedConduit>;

const end = z.object({ asset: Id, name: z.string(), address: z.string() });
export const CrossingTalk = z.object({
  id: Id,
  capture: z.object({ id: Id, name: z.string() }),
  from: end,
  to: end,
  protocol: z.string(),
  port: z.number().int().nullable(),
  packets: z.number().int(),
  firstSeen: Instant,
  lastSeen: Instant,
});
export type CrossingTalk = z.infer<typeof CrossingTalk>;

export const DrawnDevice = z.object({
  id: Id,
  name: z.string(),
  role: z.string(),
  level: Level,
  product: z.string(),
  addresses: z.array(z.string()),
  zone: Id.nullable(),
  proposal: z.string().nullable().describe('Of the zone that is proposed for it'),
  outside: z.boolean(),
  warnings: z.number().int(),
});
export type DrawnDevice = z.infer<typeof DrawnDevice>;

const proposal = z.string().min(1).max(300);
const place = z.object({
  assets: z.array(Id).min(1).max(5000),
  zone: Id.nullable().describe('Null: it stands in none'),
  open: z.boolean().optional().describe('With no zone: nobody has decided, so that it is proposed again'),
});

export const zoneApi = {
  plan: route({
    method: 'GET',
    path: '/api/sites/:id/zones',
    summary:
      'List zones and conduits of a site, what is proposed, and what passes between zones unexpectedly',
    action: 'manage sites zones assets',
    records: 'zones listed',
    params: ById,
    reply: z.object({
      site: z.object({ id: Id, name: z.string() }),
      zones: z.array(Zone),
      conduits: z.array(Zone),
      proposals: z.array(ProposedZone),
      unexpected: z.array(UnexpectedConduit),
      unplaced: z.number().int().describe('Devices that stand in no zone'),
      visibility: Visibility,
    }),
  }),
  drawing: route({
    method: 'GET',
    path: '/api/sites/:id/drawing',
    summary: 'Devices of a site by zone with the lines between them, bounded for drawing',
    action: 'manage sites zones assets',
    records: 'drawing read',
    params: ById,
    reply: z.object({
      devices: z.array(DrawnDevice),
      lines: z.array(
        z.object({
          from: Id,
          to: Id,
          protocols: z.array(z.string()),
          packets: z.number().int(),
          dangerous: z.boolean(),
          unexpected: z.boolean(),
        }),
      ),
      leftOut: z.number().int(),
    }),
  }),
  crossing: route({
    method: 'GET',
    path: '/api/sites/:id/crossings',
    summary: 'Show the conversations of an unexpected conduit, with the captures they were seen in',
    action: 'manage sites zones assets',
    records: 'crossing read',
    params: ById,
    query: z.object({ proposal }),
    reply: z.object({ conduit: UnexpectedConduit.nullable(), talks: z.array(CrossingTalk) }),
  }),
  zone: route({
    method: 'GET',
    path: '/api/zones/:id',
    summary: 'Read a zone or a conduit, with what passes through the conduit',
    action: 'manage sites zones assets',
    records: 'zone read',
    params: ById,
    reply: Zone.extend({ talks: z.array(CrossingTalk), visibility: Visibility }),
  }),
  add: route({
    method: 'POST',
    path: '/api/sites/:id/zones',
    summary: 'Add a zone or a conduit',
    action: 'manage sites zones assets',
    records: 'zone added',
    params: ById,
    body: NewZone,
    reply: Zone,
  }),
  decide: route({
    method: 'POST',
    path: '/api/sites/:id/zone-proposals',
    summary: 'Accept or dismiss proposed zones and unexpected conduits',
    action: 'manage sites zones assets',
    records: 'zone proposals decided',
    params: ById,
    body: z.object({
      accept: z
        .array(z.object({ proposal, name: line(80).optional() }))
        .max(200)
        .default([]),
      dismiss: z.array(proposal).max(200).default([]),
    }),
    reply: z.object({ accepted: z.number().int(), dismissed: z.number().int(), placed: z.number().int() }),
  }),
  correct: route({
    method: 'PUT',
    path: '/api/zones/:id',
    summary: 'Correct a zone or a conduit; dismissing it and accepting it again loses nothing',
    action: 'manage sites zones assets',
    records: 'zone corrected',
    params: ById,
    body: ZoneCorrection,
    reply: Zone,
  }),
  place: route({
    method: 'POST',
    path: '/api/assets/zones',
    summary: 'Place devices in zones; the answer undoes it when it is sent in turn',
    action: 'manage sites zones assets',
    records: 'assets placed',
    body: z.object({ places: z.array(place).min(1).max(200) }),
    reply: z.object({ changed: z.number().int(), undo: z.array(place) }),
  }),
  arrange: route({
    method: 'PUT',
    path: '/api/sites/:id/drawing',
    summary: 'Keep where zones stand on the drawing; without a place they stand where they are laid out',
    action: 'manage sites zones assets',
    records: 'drawing arranged',
    params: ById,
    body: z.object({
      places: z
        .array(
          z.object({
            zone: Id,
            at: z
              .object({
                x: z.number().int().min(-100_000).max(100_000),
                y: z.number().int().min(-100_000).max(100_000),
              })
              .nullable(),
          }),
        )
        .max(500),
    }),
    reply: z.object({ changed: z.number().int() }),
  }),
};
