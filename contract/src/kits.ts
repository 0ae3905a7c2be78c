import { z } from 'zod';

import { file, page, Paging, route } from './route.ts';
import { ById, Id, Instant, Tlp } from './words.ts';

/** What a kit may carry: TLP:RED is for named people, and a file has none. */
export const KitLabel = Tlp.exclude(['RED']);
export type KitLabel = z.infer<typeof KitLabel>;

/** A field kit that was made here. The file lies ready for a day; its hash stays, for whoever asks which one it is. */
export const MadeKit = z.object({
  id: Id,
  label: KitLabel.describe('The strictest of what is in it'),
  advisories: z.number().int(),
  program: z.string(),
  size: z.number().int(),
  sha256: z.string(),
  madeAt: Instant,
  by: z.string(),
  isReady: z.boolean().describe('The file lies here still'),
});
export type MadeKit = z.infer<typeof MadeKit>;

const make = 'make a field kit';

export const kitApi = {
  list: route({
    method: 'GET',
    path: '/api/kits',
    summary: 'List the field kits that my organisation made, newest first',
    action: make,
    records: null,
    query: Paging,
    reply: page(MadeKit),
  }),
  make: route({
    method: 'POST',
    path: '/api/kits',
    summary: 'Make a field kit with all advisories that I may read up to a label, signed by the CERT',
    action: make,
    records: 'kit made',
    body: z.object({ upTo: KitLabel }),
    reply: MadeKit,
  }),
  file: file({
    path: '/api/kits/:id/kit.html',
    summary: 'A field kit that was made today',
    action: make,
    records: 'kit downloaded',
    params: ById,
  }),
  signature: file({
    path: '/api/kits/:id/kit.html.asc',
    summary: 'The detached OpenPGP signature of the whole file of a kit',
    action: make,
    records: null,
    params: ById,
  }),
};
