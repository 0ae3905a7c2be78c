import { cvss2, cvss30, cvss31 } from './cvss.ts';
import {
  cpe20,
  cve,
  cweId,
  dateTime,
  documentVersion,
  framed,
  hash20,
  language,
  purl20,
  trackingId,
  uri,
} from './forms.ts';
import { byField, later, list, object, oneOf, type Shape, text } from './shape.ts';

/** CSAF 2.0, section 3. Objects let other fields be (told by 6.2.20). */

const acknowledgments = list(
  object({
    least: 1,
    optional: { names: list(text()), organization: text(), summary: text(), urls: list(text(uri)) },
  }),
);

const products = list(text(), { unique: true });
const groups = list(text(), { unique: true });
const forProducts = { group_ids: groups, product_ids: products };

const notes = list(
  object({
    required: {
      category: oneOf('description', 'details', 'faq', 'general', 'legal_disclaimer', 'other', 'summary'),
      text: text(),
    },
    optional: { audience: text(), title: text() },
  }),
);

const references = list(
  object({
    required: { summary: text(), url: text(uri) },
    optional: { category: oneOf('external', 'self') },
  }),
);

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
    tracking: object({
      required: {
        current_release_date: text(dateTime),
        id: text(trackingId),
        initial_release_date: text(dateTime),
        revision_history: list(
          object({
            required: { date: text(dateTime), number: text(documentVersion), summary: text() },
            optional: { legacy_version: text() },
          }),
        ),
        status: oneOf('draft', 'final', 'interim'),
        version: text(documentVersion),
      },
      optional: {
        aliases: list(text(), { unique: true }),
        generator: object({
          required: { engine: object({ required: { name: text() }, optional: { version: text() } }) },
          optional: { date: text(dateTime) },
        }),
      },
    }),
  },
  optional: {
    acknowledgments,
    aggregate_severity: object({ required: { text: text() }, optional: { namespace: text(uri) } }),
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
    product_groups: list(
      object({
        required: { group_id: text(), product_ids: list(text(), { least: 2, unique: true }) },
        optional: { summary: text() },
      }),
    ),
    relationships: list(
      object({
        required: {
          category: oneOf(
            'default_component_of',
            'external_component_of',
            'installed_on',
            'installed_with',
            'optional_component_of',
          ),
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
    flags: list(
      object({
        required: {
          label: oneOf(
            'component_not_present',
            'inline_mitigations_already_exist',
            'vulnerable_code_cannot_be_controlled_by_adversary',
            'vulnerable_code_not_in_execute_path',
            'vulnerable_code_not_present',
          ),
        },
        optional: { date: text(dateTime), ...forProducts },
      }),
      { unique: true },
    ),
    ids: list(object({ required: { system_name: text(), text: text() } }), { unique: true }),
    involvements: list(
      object({
        required: {
          party: oneOf('coordinator', 'discoverer', 'other', 'user', 'vendor'),
          status: oneOf('completed', 'contact_attempted', 'disputed', 'in_progress', 'not_contacted', 'open'),
        },
        optional: { date: text(dateTime), summary: text() },
      }),
      { unique: true },
    ),
    notes,
    product_status: object({
      least: 1,
      optional: {
        first_affected: products,
        first_fixed: products,
        fixed: products,
        known_affected: products,
        known_not_affected: products,
        last_affected: products,
        recommended: products,
        under_investigation: products,
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
        optional: {
          date: text(dateTime),
          entitlements: list(text()),
          ...forProducts,
          restart_required: object({
            required: {
              category: oneOf(
                'connected',
                'dependencies',
                'machine',
                'none',
                'parent',
                'service',
                'system',
                'vulnerable_component',
                'zone',
              ),
            },
            optional: { details: text() },
          }),
          url: text(uri),
        },
      }),
    ),
    scores: list(
      object({
        least: 2,
        required: { products },
        optional: { cvss_v2: cvss2, cvss_v3: byField('version', { '3.1': cvss31, '3.0': cvss30 }) },
      }),
    ),
    threats: list(
      object({
        required: { category: oneOf('exploit_status', 'impact', 'target_set'), details: text() },
        optional: { date: text(dateTime), ...forProducts },
      }),
    ),
    title: text(),
  },
});

export const csaf20: Shape = object({
  required: { document },
  optional: { product_tree: productTree, vulnerabilities: list(vulnerability) },
});
