import { inBothVersions } from './both-versions.ts';
import { cvss2, cvss4 } from './cvss.ts';
import {
  cpe21,
  cve,
  cweId,
  cweVersion,
  dateTime,
  extensionSchema,
  framed,
  hash21,
  hashAlgorithm,
  language,
  purl21,
  share,
  sharingGroupId,
  uri,
} from './forms.ts';
import {
  anyObject,
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

const {
  acknowledgments,
  aggregateSeverity,
  cvss3,
  flags,
  forProducts,
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

const notes = list(
  object({ required: noted, optional: { audience: text(), title: text(), ...forProducts } }),
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
    tracking,
  },
  optional: {
    acknowledgments,
    aggregate_severity: aggregateSeverity,
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
    product_groups: productGroups,
    product_paths: list(
      object({
        required: {
          beginning_product_reference: text(),
          full_product_name: fullProductName,
          subpaths: list(
            object({
              required: {
                category: relation,
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
        cvss_v3: cvss3,
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
    flags,
    ids: list(object({ required: { system_name: text(), text: text() }, optional: forProducts }), {
      unique: true,
    }),
    involvements: list(
      object({
        required: involved,
        optional: { contact: text(), date: text(dateTime), summary: text(), ...forProducts },
      }),
      { unique: true },
    ),
    metrics: list(metric, { unique: true }),
    notes,
    product_status: object({
      least: 1,
      optional: {
        ...statuses,
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
        optional: remedied,
      }),
    ),
    threats,
    title: text(),
    x_extensions: extensions,
  },
});

export const csaf21: Shape = object({
  required: { $schema: oneOf('https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json'), document },
  optional: { product_tree: productTree, vulnerabilities: list(vulnerability), x_extensions: extensions },
});
