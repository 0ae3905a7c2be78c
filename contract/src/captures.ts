import { z } from 'zod';

import { Job } from './jobs.ts';
import { AssetRole, Certainty, Level } from './plant.ts';
import { file, page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant, line, Told, Visibility } from './words.ts';

/** receiving: bytes are still coming · stored: complete, hash checked · damaged: hash differs from the sender's · removed. */
export const EvidenceState = z.enum(['receiving', 'stored', 'damaged', 'removed']);

/** A network capture of a plant: evidence, and what the engine made of it. */
export const Capture = z.object({
  id: Id,
  site: z.object({ id: Id, name: z.string() }),
  name: z.string(),
  evidence: z.object({
    id: Id,
    state: EvidenceState,
    size: z.number().int(),
    received: z.number().int(),
    sha256: z.string().nullable(),
    uploadedBy: z.string(),
    uploadedAt: Instant,
  }),
  bundle: z
    .object({ id: Id, name: z.string() })
    .nullable()
    .describe('What its report came in: its packets are not here'),
  job: Job.nullable().describe('The last analysis'),
  engine: z.string().nullable().describe('Version of the engine that read it'),
  summary: z
    .object({
      format: z.string(),
      packets: z.number().int(),
      bytes: z.number().int(),
      firstSeen: Instant.nullable(),
      lastSeen: Instant.nullable(),
      devices: z.number().int(),
      conversations: z.number().int(),
      operations: z.number().int().describe('Dangerous ones, each group counted once'),
      dangerousMessages: z.number().int().describe('Messages in those groups'),
      warnings: z.number().int(),
      variables: z.number().int().default(0).describe('Quantities of the process'),
      transfers: z.number().int().default(0).describe('Files, programs and blocks carried over'),
      credentials: z.number().int().default(0).describe('Sign-ins that everybody could read'),
      detections: z
        .object({
          critical: z.number().int(),
          high: z.number().int(),
          medium: z.number().int(),
          low: z.number().int(),
          info: z.number().int(),
        })
        .nullable()
        .default(null)
        .describe('What stands out, by severity; null where an engine without detections read it'),
      protocols: z.array(z.object({ name: z.string(), messages: z.number().int() })),
      problems: z.array(Told),
    })
    .nullable(),
});
export type Capture = z.infer<typeof Capture>;

const Piece = z.tuple([z.number().int().min(0), z.number().int().min(0)]);

/** Where in the capture something stands: the packet, and the byte ranges of the file that make up the message. */
export const Location = z.object({
  packet: z.number().int(),
  time: z.number().describe('Microseconds since 1970, as the capture says'),
  pieces: z.array(Piece).describe('[offset, length] in the unpacked capture'),
  frame: Piece.describe('The packet as captured, without the header of its record'),
  linkType: z.number().int(),
  dissector: z.string(),
  direction: z.enum(['request', 'reply']),
  context: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  within: z
    .array(z.object({ dissector: z.string(), pieces: z.array(Piece) }))
    .optional()
    .describe('Messages that carried this one, the outermost first'),
});
export type Location = z.infer<typeof Location>;

export const Device = z.object({
  asset: Id,
  state: z.enum(['proposed', 'accepted', 'dismissed']),
  name: z.string(),
  addresses: z.array(z.string()),
  macs: z.array(z.string()),
  vendor: z.string().nullable(),
  product: z.string().nullable(),
  model: z.string().nullable(),
  orderNumber: z.string().nullable(),
  firmware: z.string().nullable(),
  serial: z.string().nullable(),
  role: AssetRole,
  level: Level,
  zone: z
    .string()
    .describe('VLAN or network, such as `VLAN 10` or `192.168.1.0/24`; empty when nothing tells'),
  certainty: Certainty,
  toldBy: z.number().int().nullable().describe('The packet that told its identity'),
  protocols: z.array(z.string()),
  firstSeen: Instant,
  lastSeen: Instant,
  packets: z.number().int(),
  warnings: z.number().int(),
});
export type Device = z.infer<typeof Device>;

/** Who: a device if it is one, and the address it used. */
export const Party = z.object({ asset: Id.nullable(), name: z.string(), address: z.string() });

export const Conversation = z.object({
  id: Id,
  from: Party.describe('Who began, as far as the capture tells'),
  to: Party,
  protocol: z.string(),
  transport: z.string(),
  port: z.number().int().nullable(),
  packets: z.number().int(),
  bytes: z.number().int(),
  messages: z.number().int(),
  firstSeen: Instant,
  lastSeen: Instant,
});
export type Conversation = z.infer<typeof Conversation>;

export const Access = z.enum([
  'read',
  'write',
  'control',
  'program',
  'identify',
  'configure',
  'authenticate',
  'other',
]);

/** Something done to a device: the same operation between the same two devices, counted. */
export const Operation = z.object({
  id: Id,
  code: z.string().describe('Like modbus.write-registers; names a sentence'),
  what: Told,
  protocol: z.string(),
  access: Access,
  dangerous: z.boolean(),
  techniques: z.array(z.object({ id: z.string(), name: z.string() })).describe('MITRE ATT&CK for ICS'),
  source: Party,
  target: Party,
  count: z.number().int(),
  refused: z.number().int(),
  firstSeen: Instant,
  lastSeen: Instant,
  samples: z.array(z.object({ what: Told, at: Location, refused: Told.nullable() })),
});
export type Operation = z.infer<typeof Operation>;

export const OperationSearch = Paging.extend({
  dangerous: z.enum(['true', 'false']).optional(),
  protocol: z.string().max(40).optional(),
  access: Access.optional(),
  technique: z.string().max(10).optional(),
  asset: Id.optional(),
  search: z.string().max(200).optional(),
});
export type OperationSearch = z.infer<typeof OperationSearch>;

export const Anomaly = z.object({
  id: Id,
  what: Told,
  protocol: z.string(),
  count: z.number().int(),
  at: Location.nullable(),
});
export type Anomaly = z.infer<typeof Anomaly>;

/** One field of a message, with the bytes it was read from. */
export interface Field {
  name: string;
  offset: number;
  length: number;
  value: string;
  meaning?: string | undefined;
  reference?: string | undefined;
  malformed?: boolean | undefined;
  fields?: Field[] | undefined;
}
export const Field: z.ZodType<Field> = z.object({
  name: z.string(),
  offset: z.number().int(),
  length: z.number().int(),
  value: z.string(),
  meaning: z.string().optional(),
  reference: z.string().optional().describe('Standard and section'),
  malformed: z.boolean().optional(),
  get fields() {
    return z.array(Field).optional();
  },
});

export const MessageView = z.object({
  packet: z.number().int(),
  time: Instant,
  dissector: z.string(),
  bytes: z.string().describe('Hexadecimal, the bytes of the message; `**` for those of a secret'),
  fields: z.array(Field),
  layers: z
    .array(
      z.object({
        name: z.string(),
        reference: z.string().describe('Standard; empty for the headers of the packet'),
        bytes: z.string(),
        fields: z.array(Field),
      }),
    )
    .describe(
      'What carried the message, the outermost first: the packet with its headers, then carrying messages',
    ),
});
export type MessageView = z.infer<typeof MessageView>;

/** What a capture shows, as tables to take away. */
export const CaptureTable = z.enum([
  'detections',
  'devices',
  'conversations',
  'operations',
  'variables',
  'transfers',
  'credentials',
  'warnings',
]);
export type CaptureTable = z.infer<typeof CaptureTable>;

export const captureApi = {
  list: route({
    method: 'GET',
    path: '/api/captures',
    summary: 'List the captures of my plant, newest first',
    action: 'read plant captures and what they show',
    records: 'captures listed',
    query: Paging.extend({ site: Id.optional(), search: z.string().max(200).optional() }),
    reply: page(Capture),
  }),
  begin: route({
    method: 'POST',
    path: '/api/captures',
    summary: 'Announce a capture; its bytes then go to `upload` by the tus protocol',
    action: 'manage sites zones assets',
    records: 'capture announced',
    body: z.object({
      site: Id.optional().describe('The only or first site when left out'),
      name: line(255),
      size: z
        .number()
        .int()
        .min(0)
        .max(2 ** 43),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional()
        .describe('As computed by the sender, if known before'),
    }),
    reply: z.object({
      capture: Capture,
      upload: z.string().describe('Address for tus; HEAD tells how much has arrived'),
    }),
  }),
  claimHash: route({
    method: 'POST',
    path: '/api/captures/:id/hash',
    summary: 'Tell the hash computed while sending, to be compared with what arrived',
    action: 'manage sites zones assets',
    records: 'capture hash told',
    params: ById,
    body: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    reply: Capture,
  }),
  get: route({
    method: 'GET',
    path: '/api/captures/:id',
    summary: 'Read one capture: what it is, how far its analysis is, what it shows',
    action: 'read plant captures and what they show',
    records: 'capture read',
    params: ById,
    reply: Capture.extend({ visibility: Visibility }),
  }),
  devices: route({
    method: 'GET',
    path: '/api/captures/:id/devices',
    summary: 'The devices a capture shows',
    action: 'read plant captures and what they show',
    records: 'capture devices listed',
    params: ById,
    query: Paging.extend({ search: z.string().max(200).optional() }),
    reply: page(Device),
  }),
  conversations: route({
    method: 'GET',
    path: '/api/captures/:id/conversations',
    summary: 'Who talks to whom in a capture',
    action: 'read plant captures and what they show',
    records: 'capture conversations listed',
    params: ById,
    query: Paging.extend({ protocol: z.string().max(40).optional(), asset: Id.optional() }),
    reply: page(Conversation),
  }),
  map: route({
    method: 'GET',
    path: '/api/captures/:id/map',
    summary: 'Devices by level and zone with the lines between them, bounded for drawing',
    action: 'read plant captures and what they show',
    records: 'capture map read',
    params: ById,
    reply: z.object({
      devices: z.array(
        Device.pick({
          asset: true,
          name: true,
          role: true,
          level: true,
          zone: true,
          vendor: true,
          product: true,
          warnings: true,
          addresses: true,
        }),
      ),
      lines: z.array(
        z.object({
          from: Id,
          to: Id,
          protocols: z.array(z.string()),
          packets: z.number().int(),
          dangerous: z.boolean(),
          crossesZones: z.boolean(),
          unexpected: z.boolean().describe('Skips a level, or leaves the plant'),
        }),
      ),
      leftOut: z.number().int().describe('Devices not drawn because there are too many'),
    }),
  }),
  operations: route({
    method: 'GET',
    path: '/api/captures/:id/operations',
    summary: 'What was done to the devices in a capture, dangerous first',
    action: 'read plant captures and what they show',
    records: 'capture operations listed',
    params: ById,
    query: OperationSearch,
    reply: page(Operation),
  }),
  anomalies: route({
    method: 'GET',
    path: '/api/captures/:id/anomalies',
    summary: 'Malformed messages and protocol violations in a capture',
    action: 'read plant captures and what they show',
    records: 'capture anomalies listed',
    params: ById,
    query: Paging,
    reply: page(Anomaly),
  }),
  counts: route({
    method: 'GET',
    path: '/api/captures/:id/counts',
    summary: 'How often each message of each protocol occurs in a capture',
    action: 'read plant captures and what they show',
    records: 'capture counts read',
    params: ById,
    reply: z.record(z.string(), z.union([z.number(), z.record(z.string(), z.number())])),
  }),
  message: route({
    method: 'GET',
    path: '/api/captures/:id/messages/:packet',
    summary: 'One message, byte by byte and field by field',
    action: 'read plant captures and what they show',
    records: 'capture message read',
    params: ById.extend({ packet: z.coerce.number().int().min(1) }),
    query: z.object({
      at: z
        .string()
        .max(4000)
        .optional()
        .describe('A location as JSON, when the packet holds several messages'),
    }),
    reply: MessageView,
  }),
  analyse: route({
    method: 'POST',
    path: '/api/captures/:id/analyses',
    summary: 'Analyse a capture again with the engine of today',
    action: 'manage sites zones assets',
    records: 'analysis asked for',
    params: ById,
    reply: Job,
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/captures/:id',
    summary: 'Remove a capture and what was seen only in it; the ledger keeps its hash',
    action: 'manage sites zones assets',
    records: 'capture removed',
    params: ById,
    reply: Done,
  }),
  exportJson: file({
    path: '/api/captures/:id/report.json',
    summary: 'The report as the engine wrote it, the same as `busbar analyse --json`',
    action: 'read plant captures and what they show',
    records: 'capture exported',
    params: ById,
  }),
  exportCsv: file({
    path: '/api/captures/:id/:table.csv',
    summary: 'One table of what a capture shows as CSV that no spreadsheet runs as formulas',
    action: 'read plant captures and what they show',
    records: 'capture exported',
    params: ById.extend({ table: CaptureTable }),
  }),
  download: file({
    path: '/api/captures/:id/original',
    summary: 'The capture as it was received',
    action: 'download raw evidence',
    records: 'evidence downloaded',
    reauthenticates: true,
    params: ById,
  }),
};
