import { z } from 'zod';

import { Job } from './jobs.ts';
import { file, page, Paging, route } from './route.ts';
import type { CarriedNames } from './taught-names.ts';
import { ById, Id, Instant, Tlp, Told, Visibility } from './words.ts';

export const Severity = z.enum(['none', 'low', 'medium', 'high', 'critical', 'unknown']);
export type Severity = z.infer<typeof Severity>;

export const RemedyKind = z.enum([
  'mitigation',
  'workaround',
  'vendor_fix',
  'no_fix_planned',
  'none_available',
  'fix_planned',
  'optional_patch',
]);

export const Advisory = z.object({
  id: Id,
  publisher: z.string().describe('As named in the document'),
  trackingId: z.string().describe('Unique for its publisher'),
  version: z.string(),
  title: z.string(),
  vendors: z.array(z.string()),
  cves: z.array(z.string()),
  severity: Severity.describe('Of the worst score in the document'),
  score: z.number().nullable(),
  label: Tlp,
  status: z.enum(['draft', 'interim', 'final']),
  publishedAt: Instant,
  updatedAt: Instant,
  hasFix: z.boolean().describe('A vendor fix for at least one product'),
  myMatches: z.number().int().describe('Devices of my plant it may concern; 0 for those without a plant'),
});
export type Advisory = z.infer<typeof Advisory>;

/** What has to be restarted for a remedy (CSAF 2.0 section 3.2.3.12.8). */
export const Restart = z.enum([
  'none',
  'vulnerable_component',
  'service',
  'parent',
  'dependencies',
  'connected',
  'machine',
  'zone',
  'system',
]);
export type Restart = z.infer<typeof Restart>;

export const Remedy = z.object({
  kind: RemedyKind,
  text: z.string(),
  restart: Restart.nullable().describe('What the publisher says has to be restarted; null: it does not say'),
  url: z.string().nullable(),
  products: z.array(z.string()),
});
export type Remedy = z.infer<typeof Remedy>;

export const AdvisoryPage = Advisory.extend({
  summary: z.string().describe('Plain text'),
  notes: z.array(z.object({ title: z.string(), category: z.string(), text: z.string() })),
  remedies: z.array(Remedy).describe('Mitigations first'),
  vulnerabilities: z.array(
    z.object({
      cve: z.string().nullable(),
      cwe: z.object({ id: z.string(), name: z.string() }).nullable(),
      title: z.string(),
      text: z.string(),
      scores: z.array(
        z.object({
          version: z.string(),
          vector: z.string(),
          base: z.number().nullable(),
          severity: Severity,
        }),
      ),
      affected: z.array(z.string()).describe('Product names'),
      fixed: z.array(z.string()),
      notAffected: z.array(z.string()),
    }),
  ),
  products: z.array(
    z.object({
      name: z.string(),
      vendor: z.string(),
      product: z.string(),
      versions: z.string(),
      orderNumbers: z.array(z.string()),
    }),
  ),
  references: z.array(z.object({ title: z.string(), url: z.string() })),
  history: z.array(z.object({ version: z.string(), at: Instant, summary: z.string() })),
  problems: z.array(Told).describe('What the document gets wrong; it is kept and shown all the same'),
  visibility: Visibility,
});
export type AdvisoryPage = z.infer<typeof AdvisoryPage>;

export const AdvisoryValidation = z.object({
  csaf: z.enum(['2.0', '2.1']).describe('The version of CSAF it was tried against'),
  valid: z.boolean().describe('Its structure is right and no mandatory test failed'),
  errors: z.number().int(),
  warnings: z.number().int(),
  informations: z.number().int(),
  findings: z
    .array(
      z.object({
        section: z.string().describe('Of the standard; structure for what is not as the schema has it'),
        severity: z.enum(['error', 'warning', 'information']),
        path: z.string().describe('JSON Pointer (RFC 6901)'),
        told: Told,
      }),
    )
    .describe('Errors first; at most 200'),
});
export type AdvisoryValidation = z.infer<typeof AdvisoryValidation>;

export const AdvisoryChanges = z.object({
  since: z
    .object({ version: z.string(), receivedAt: Instant })
    .nullable()
    .describe('The version before, of those that I may read; null when there is none'),
  matters: z.boolean().describe('Whether those affected have to look again'),
  changes: z
    .array(z.object({ matters: z.boolean(), told: Told }))
    .describe('What matters to those affected first; at most 200'),
  more: z.number().int().describe('How many are not listed'),
});
export type AdvisoryChanges = z.infer<typeof AdvisoryChanges>;

export const AdvisoryConversion = z.object({
  converted: z.boolean().describe('Only documents of CSAF 2.0 are'),
  notes: z
    .array(
      z.object({
        error: z.boolean().describe('The result does not keep CSAF 2.1 until a person mends it'),
        path: z.string().describe('JSON Pointer (RFC 6901) in the original'),
        told: Told,
      }),
    )
    .describe('What a person has to look at, errors first; at most 200'),
  more: z.number().int().describe('How many are not listed'),
});
export type AdvisoryConversion = z.infer<typeof AdvisoryConversion>;

export const AdvisorySearch = Paging.extend({
  search: z.string().max(200).optional().describe('In title, vendor, product, CVE, tracking id, text'),
  vendor: z.string().max(200).optional(),
  severity: Severity.optional(),
  mine: z.enum(['true', 'false']).optional().describe('Only those that may concern my plant'),
  sort: z.enum(['newest', 'severity']).default('newest'),
});
export type AdvisorySearch = z.infer<typeof AdvisorySearch>;

export const Import = z.object({
  id: Id,
  name: z.string(),
  job: Job,
  added: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  refused: z
    .array(z.object({ name: z.string(), why: Told }))
    .describe('Files that are no readable advisory, at most 200 of them'),
  at: Instant,
});
export type Import = z.infer<typeof Import>;

/** An advisory as far as devices are compared with it where no service is, and as a list shows it. */
export interface IndexedAdvisory {
  readonly id: string;
  readonly label: Tlp;
  readonly severity: Severity;
  readonly score: number | null;
  readonly publishedAt: string;
  readonly hasFix: boolean;
  /** `AdvisoryFacts` of the engine, which alone knows what is in it. */
  readonly facts: unknown;
}

/** The content of the index, as JSON in gzip. */
export interface AdvisoryIndexFile {
  readonly format: 1;
  /** What the instance taught of names, as far as the reader may have it. */
  readonly names?: CarriedNames;
  readonly advisories: readonly IndexedAdvisory[];
}

export const advisoryApi = {
  list: route({
    method: 'GET',
    path: '/api/advisories',
    summary: 'Search the advisories I may read, most recent first',
    action: 'read publication TLP:CLEAR',
    records: null,
    query: AdvisorySearch,
    reply: page(Advisory),
  }),
  index: file({
    path: '/api/advisories/index.json.gz',
    summary:
      'What devices are compared with, of all advisories I may read: for browsers and kits that analyse by themselves',
    action: 'read publication TLP:CLEAR',
    records: null,
    query: z.object({ upTo: Tlp.default('RED').describe('The strictest label that may be in it') }),
  }),
  vendors: route({
    method: 'GET',
    path: '/api/advisories/vendors',
    summary: 'The vendors named in the advisories I may read, with how many each has',
    action: 'read publication TLP:CLEAR',
    records: null,
    query: z.object({ search: z.string().max(200).optional() }),
    reply: z.object({ items: z.array(z.object({ name: z.string(), advisories: z.number().int() })) }),
  }),
  get: route({
    method: 'GET',
    path: '/api/advisories/:id',
    summary: 'Read one advisory',
    action: 'read publication TLP:CLEAR',
    records: null,
    params: ById,
    reply: AdvisoryPage,
  }),
  document: file({
    path: '/api/advisories/:id/document.json',
    summary: 'The CSAF document as it was received',
    action: 'read publication TLP:CLEAR',
    records: null,
    params: ById,
  }),
  changes: route({
    method: 'GET',
    path: '/api/advisories/:id/changes',
    summary: 'What changed in an advisory since its version before',
    action: 'read publication TLP:CLEAR',
    records: null,
    params: ById,
    reply: AdvisoryChanges,
  }),
  conversion: route({
    method: 'GET',
    path: '/api/advisories/:id/conversion',
    summary: 'What has to be looked at when an advisory of CSAF 2.0 becomes one of CSAF 2.1',
    action: 'import advisories of others',
    records: null,
    params: ById,
    reply: AdvisoryConversion,
  }),
  converted: file({
    path: '/api/advisories/:id/csaf-2.1.json',
    summary: 'An advisory of CSAF 2.0 converted to CSAF 2.1',
    action: 'import advisories of others',
    records: null,
    params: ById,
  }),
  validation: route({
    method: 'GET',
    path: '/api/advisories/:id/validation',
    summary: 'What the tests of the standard (CSAF section 6) find in an advisory',
    action: 'import advisories of others',
    records: null,
    params: ById,
    reply: AdvisoryValidation,
  }),
  imports: route({
    method: 'GET',
    path: '/api/imports',
    summary: 'List the imports of advisories, newest first',
    action: 'import advisories of others',
    records: null,
    query: Paging,
    reply: page(Import),
  }),
  import: route({
    method: 'GET',
    path: '/api/imports/:id',
    summary: 'How one import went; it is there once its bytes have arrived',
    action: 'import advisories of others',
    records: null,
    params: ById,
    reply: Import,
  }),
  beginImport: route({
    method: 'POST',
    path: '/api/imports',
    summary:
      'Announce a CSAF document or an archive of them (zip, tar, tar.gz); its bytes go to `upload` by the tus protocol',
    action: 'import advisories of others',
    records: 'import announced',
    body: z.object({
      name: z.string().trim().min(1).max(255),
      size: z
        .number()
        .int()
        .min(0)
        .max(2 ** 34),
    }),
    reply: z.object({ import: Id, upload: z.string() }),
  }),
};
