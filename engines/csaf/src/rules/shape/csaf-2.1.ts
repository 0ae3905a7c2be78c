import { cvss2, cvss30, cvss31, cvss4 } from './cvss.ts';
import {
  cpe21,
  cve,
  cweId,
  cweVersion,
  dateTime,
  documentVersion,
  extensionSchema,
  framed,
  hash21,
  hashAlgorithm,
  language,
  purl21,
  share,
  sharingGroupId,
  trackingId,
  uri,
} from './forms.ts';
import {
  anyObject,
  byField,
  later,
  list,
  object as openObject,
  oneOf,
  type Shape,
  text,
  truth,
  unjudged,
} from './shape.ts';
import { ssvcSelections } from './ssvc.ts';

/** CSAF 2.1, section 3. No object takes fields that it does not list; what is new comes as an extension. */
const object: typeof openObject = (shape) => openObject({ closed: true, ...shape });

const extensions = list(
  object({
    required: {
      $schema: text(extensionSchema),
      category: oneOf('essential', 'significant', 'supplementary'),
      content: anyObject,
      critical: truth,
    },
  }),
  { unique: true },
);

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
    optional: { audience: text(), title: text(), ...forProducts },
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
        cpe: text(cpe21),
        hashes: list(
          object({
            required: {
              file_hashes: list(
                object({ required: { algorithm: text(hashAlgorithm), value: text(hash21) } }),
                { unique: true },
              ),
              filename: text(),
            },
          }),
          { unique: true },
        ),
        model_numbers: list(text(), { unique: true }),
        purls: list(text(purl21), { unique: true }),
        sbom_urls: list(text(uri), { unique: true }),
        serial_numbers: list(text(), { unique: true }),
        skus: list(text(), { unique: true }),
        x_generic_uris: list(object({ required: { namespace: text(uri), uri: text(uri) } }), {
          unique: true,
        }),
      },
    }),
    x_extensions: extensions,
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
        'patch_level',
        'platform',
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

/** What later drafts of 2.1 add, as far as rules read it. */
const contact = object({
  optional: { details: text(), email: text(), public_openpgp_key_url: text(), url: text() },
});
const involvement = object({
  optional: {
    actions: list(
      object({
        optional: {
          action_id: text(),
          acting_entity_refs: list(text()),
          category: text(),
          date: text(),
          dl_vuln_ids: list(text()),
          ...forProducts,
          receiving_entity_refs: list(text()),
          referenced_action_ids: list(text()),
          status: text(),
          summary: text(),
        },
      }),
    ),
  },
});

const document = object({
  required: {
    category: text(framed),
    csaf_version: oneOf('2.1'),
    distribution: object({
      required: {
        tlp: object({
          required: { label: oneOf('AMBER', 'AMBER+STRICT', 'CLEAR', 'GREEN', 'RED') },
          optional: { url: text(uri) },
        }),
      },
      optional: {
        sharing_group: object({ required: { id: text(sharingGroupId) }, optional: { name: text() } }),
        text: text(),
      },
    }),
    publisher: object({
      required: {
        category: oneOf('coordinator', 'discoverer', 'multiplier', 'other', 'translator', 'user', 'vendor'),
        name: text(),
        namespace: text(uri),
      },
      optional: { contact: unjudged(contact), contact_details: text(), issuing_authority: text() },
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
    involvement: unjudged(involvement),
    lang: text(language),
    license_expression: text(),
    notes,
    references,
    source_lang: text(language),
    x_extensions: extensions,
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
    product_paths: list(
      object({
        required: {
          beginning_product_reference: text(),
          full_product_name: fullProductName,
          subpaths: list(
            object({
              required: {
                category: oneOf(
                  'default_component_of',
                  'external_component_of',
                  'installed_on',
                  'installed_with',
                  'optional_component_of',
                ),
                next_product_reference: text(),
              },
            }),
          ),
        },
      }),
    ),
  },
});

const metric = object({
  required: {
    content: object({
      least: 1,
      optional: {
        cvss_v2: cvss2,
        cvss_v3: byField('version', { '3.1': cvss31, '3.0': cvss30 }),
        cvss_v4: cvss4,
        epss: object({
          required: { percentile: text(share), probability: text(share), timestamp: text(dateTime) },
        }),
        qualitative_severity_rating: oneOf('critical', 'high', 'low', 'medium', 'none'),
        ssvc_v2: ssvcSelections,
        x_extensions: extensions,
      },
    }),
    products,
  },
  optional: { source: text(uri) },
});

const vulnerability = object({
  least: 1,
  optional: {
    acknowledgments,
    cve: text(cve),
    cwes: list(object({ required: { id: text(cweId), name: text(framed), version: text(cweVersion) } }), {
      unique: true,
    }),
    disclosure_date: text(dateTime),
    discovery_date: text(dateTime),
    first_known_exploitation_dates: list(
      object({
        least: 3,
        required: { date: text(dateTime), exploitation_date: text(dateTime) },
        optional: forProducts,
      }),
      { unique: true },
    ),
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
    ids: list(object({ required: { system_name: text(), text: text() }, optional: forProducts }), {
      unique: true,
    }),
    involvements: list(
      object({
        required: {
          party: oneOf('coordinator', 'discoverer', 'other', 'user', 'vendor'),
          status: oneOf('completed', 'contact_attempted', 'disputed', 'in_progress', 'not_contacted', 'open'),
        },
        optional: { contact: text(), date: text(dateTime), summary: text(), ...forProducts },
      }),
      { unique: true },
    ),
    metrics: list(metric, { unique: true }),
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
        unknown: products,
      },
    }),
    references,
    remediations: list(
      object({
        required: {
          category: oneOf(
            'fix_planned',
            'mitigation',
            'no_fix_planned',
            'none_available',
            'optional_patch',
            'vendor_fix',
            'workaround',
          ),
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
    threats: list(
      object({
        required: { category: oneOf('exploit_status', 'impact', 'target_set'), details: text() },
        optional: { date: text(dateTime), ...forProducts },
      }),
    ),
    title: text(),
    x_extensions: extensions,
  },
});

export const csaf21: Shape = object({
  required: { $schema: oneOf('https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json'), document },
  optional: { product_tree: productTree, vulnerabilities: list(vulnerability), x_extensions: extensions },
});
