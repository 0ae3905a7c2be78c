import { cvss30, cvss31 } from './cvss.ts';
import { dateTime, documentVersion, trackingId, uri } from './forms.ts';
import { byField, list, type object as openObject, oneOf, text } from './shape.ts';

/** What CSAF 2.0 and 2.1 have in common, made of the objects of the one or the other. */
export function inBothVersions(object: typeof openObject) {
  const products = list(text(), { unique: true });
  const forProducts = { group_ids: list(text(), { unique: true }), product_ids: products };
  return {
    products,
    forProducts,

    acknowledgments: list(
      object({
        least: 1,
        optional: { names: list(text()), organization: text(), summary: text(), urls: list(text(uri)) },
      }),
    ),

    aggregateSeverity: object({ required: { text: text() }, optional: { namespace: text(uri) } }),

    cvss3: byField('version', { '3.1': cvss31, '3.0': cvss30 }),

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

    involved: {
      party: oneOf('coordinator', 'discoverer', 'other', 'user', 'vendor'),
      status: oneOf('completed', 'contact_attempted', 'disputed', 'in_progress', 'not_contacted', 'open'),
    },

    noted: {
      category: oneOf('description', 'details', 'faq', 'general', 'legal_disclaimer', 'other', 'summary'),
      text: text(),
    },

    productGroups: list(
      object({
        required: { group_id: text(), product_ids: list(text(), { least: 2, unique: true }) },
        optional: { summary: text() },
      }),
    ),

    references: list(
      object({
        required: { summary: text(), url: text(uri) },
        optional: { category: oneOf('external', 'self') },
      }),
    ),

    relation: oneOf(
      'default_component_of',
      'external_component_of',
      'installed_on',
      'installed_with',
      'optional_component_of',
    ),

    remedied: {
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

    statuses: {
      first_affected: products,
      first_fixed: products,
      fixed: products,
      known_affected: products,
      known_not_affected: products,
      last_affected: products,
      recommended: products,
      under_investigation: products,
    },

    threats: list(
      object({
        required: { category: oneOf('exploit_status', 'impact', 'target_set'), details: text() },
        optional: { date: text(dateTime), ...forProducts },
      }),
    ),

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
  };
}
