import { z } from 'zod';

import { Detection } from './observations.ts';
import { Device } from './captures.ts';
import { Warning } from './warnings.ts';
import { Instant } from './words.ts';

/** A device as somebody shares it: without what only this program knows of it. */
export const SharedDevice = Device.pick({
  name: true,
  addresses: true,
  macs: true,
  vendor: true,
  product: true,
  model: true,
  orderNumber: true,
  firmware: true,
  serial: true,
  role: true,
  level: true,
  zone: true,
  certainty: true,
  protocols: true,
  firstSeen: true,
  lastSeen: true,
  packets: true,
});
export type SharedDevice = z.infer<typeof SharedDevice>;

/** Octets of one `report.json`. It is read at once, by the service and on a page. */
export const MOST_SHARED = 4 << 20;

const SharedParty = z.object({ name: z.string(), address: z.string() });

/** What stands out, without the messages that tell it: those are in the capture, where it goes along. */
export const SharedFinding = Detection.pick({
  code: true,
  severity: true,
  certainty: true,
  count: true,
  refused: true,
  firstSeen: true,
  lastSeen: true,
}).extend({
  techniques: z.array(z.string()).describe('MITRE ATT&CK for ICS'),
  source: SharedParty.nullable(),
  target: SharedParty.nullable(),
});
export type SharedFinding = z.infer<typeof SharedFinding>;

export const SharedWarning = Warning.pick({ product: true, certainty: true }).extend({
  device: SharedParty,
  advisory: Warning.shape.advisory.pick({ trackingId: true, title: true, publisher: true, cves: true }),
});
export type SharedWarning = z.infer<typeof SharedWarning>;

/** What of a capture goes along, and what was made of it. */
export const SharedSlice = z.object({
  file: z.literal('capture.pcapng'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int(),
  packets: z.number().int(),
  of: z.number().int().describe('Packets that were read; fewer than there are where reading was stopped'),
  cut: z.number().int().describe('Packets of which the end does not go along'),
  replaced: z.number().int().describe('Octets in whose place a pseudonym stands'),
  zeroed: z.number().int().describe('Octets that nobody understood, zeros now'),
});
export type SharedSlice = z.infer<typeof SharedSlice>;

/** `report.json` of what somebody shares of a capture that was analysed in the browser. */
export const SharedReport = z.object({
  format: z.literal('busbar-share-1'),
  madeAt: Instant,
  engine: z.string().describe('Version of the engine that read the capture'),
  capture: z.object({
    name: z.string().nullable().describe('Null where pseudonyms were asked for'),
    packets: z.number().int(),
    firstSeen: Instant.nullable(),
    lastSeen: Instant.nullable(),
  }),
  pseudonyms: z
    .object({
      vendors: z.boolean().describe('MAC addresses still tell who made the station'),
      times: z.boolean().describe('All times are moved by the same, unknown amount'),
    })
    .nullable()
    .describe('Null where addresses and names are what they were'),
  devices: z.array(SharedDevice),
  findings: z.array(SharedFinding),
  warnings: z.array(SharedWarning),
  slice: SharedSlice.nullable(),
});
export type SharedReport = z.infer<typeof SharedReport>;
