import { inBothVersions } from './both-versions.ts';
import { cvss2 } from './cvss.ts';
import { cpe20, cve, cweId, dateTime, framed, hash20, language, purl20, uri } from './forms.ts';
import { later, list, object, oneOf, type Shape, text } from './shape.ts';

/** CSAF 2.0, section 3. Objects let other fields be (told by 6.2.20). */

const {
  acknowledgments,
  aggregateSeverity,
  cvss3,
  flags,
  involved,
  noted,
  productGroups,
  products,
  references,
  relation,
  remedied,
  statuses,
  threats,
  tracking,
} = inBothVersions(object);

const notes = list(object({ required: noted, optional: { audience: text(), title: text() } }));

const fullProductName = object({
  required: { name: text(), product_id: text() },
  optional: {
    product_identification_helper: object({
      least: 1,
      optional: {
        cpe: text(cpe20),
        hashes: list(
          object({
            required: {
              file_hashes: list(object({ required: { algorithm: text(), value: text(hash20) } })),
              filename: text(),
            },
          }),
        ),
        model_numbers: list(text(), { unique: true }),
        purl: text(purl20),
        sbom_urls: list(text(uri)),
        serial_numbers: list(text(), { unique: true }),
        skus: list(text()),
        x_generic_uris: list(object({ required: { namespace: text(uri), uri: text(uri) } })),
      },
    }),
  },
});

const branches: Shape = list(
  object({
    least: 3,
    most: 3,
    required: {
      category: oneOf(
        'architecture',
        'host_name',
        'language',
        'legacy',
        'patch_level',
        'product_family',
        'product_name',
        'product_version',
        'product_version_range',
        'service_pack',
        'specification',
        'vendor',
      ),
      name: text(),
    },
    optional: { branches: later(() => branches), product: fullProductName },
  }),
);

const document = object({
  required: {
    category: text(framed),
    csaf_version: oneOf('2.0'),
    publisher: object({
      required: {
        category: oneOf('coordinator', 'discoverer', 'other', 'translator', 'user', 'vendor'),
        name: text(),
        namespace: text(uri),
      },
      optional: { contact_details: text(), issuing_authority: text() },
    }),
    title: text(),
    tracking,
  },
  optional: {
    acknowledgments,
    aggregate_severity: aggregateSeverity,
    distribution: object({
      least: 1,
      optional: {
        text: text(),
        tlp: object({
          required: { label: oneOf('AMBER', 'GREEN', 'RED', 'WHITE') },
          optional: { url: text(uri) },
        }),
      },
    }),
    lang: text(language),
    notes,
    references,
    source_lang: text(language),
  },
});

const productTree = object({
  least: 1,
  optional: {
    branches,
    full_product_names: list(fullProductName),
    product_groups: productGroups,
    relationships: list(
      object({
        required: {
          category: relation,
          full_product_name: fullProductName,
          product_reference: text(),
          relates_to_product_reference: text(),
        },
      }),
    ),
  },
});

const vulnerability = object({
  least: 1,
  optional: {
    acknowledgments,
    cve: text(cve),
    cwe: object({ required: { id: text(cweId), name: text() } }),
    discovery_date: text(dateTime),
    flags,
    ids: list(object({ required: { system_name: text(), text: text() } }), { unique: true }),
    involvements: list(
      object({
        required: involved,
        optional: { date: text(dateTime), summary: text() },
      }),
      { unique: true },
    ),
    notes,
    product_status: object({
      least: 1,
      optional: {
        ...statuses,
      },
    }),
    references,
    release_date: text(dateTime),
    remediations: list(
      object({
        required: {
          category: oneOf('mitigation', 'no_fix_planned', 'none_available', 'vendor_fix', 'workaround'),
          details: text(),
        },
        optional: remedied,
      }),
    ),
    scores: list(
      object({
        least: 2,
        required: { products },
        optional: { cvss_v2: cvss2, cvss_v3: cvss3 },
      }),
    ),
    threats,
    title: text(),
  },
});

export const csaf20: Shape = object({
  required: { document },
  optional: { product_tree: productTree, vulnerabilities: list(vulnerability) },
});
