import { labelIn } from '../documents/label.ts';
import type { AdvisoryDraft, Profile } from './draft.ts';
import { productTree } from './product-tree.ts';
import { acknowledgement, references, writeNote, writeVulnerability } from './vulnerability.ts';

/** The profiles of CSAF 2.0 (section 4) and 2.1. */
const categories = {
  base: 'csaf_base',
  securityAdvisory: 'csaf_security_advisory',
  informational: 'csaf_informational_advisory',
  incidentResponse: 'csaf_security_incident_response',
  vex: 'csaf_vex',
  withdrawn: 'csaf_withdrawn',
  superseded: 'csaf_superseded',
} as const satisfies Record<Profile, string>;

const schema = 'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json';

/**
 * Writes a CSAF document, 2.0 or 2.1, of any profile, ready for JSON.stringify: keys in alphabetical order, as both
 * standards want it. The same draft always gives the same document: nothing is taken from a clock. A draft that says what
 * the standard demands gives a valid document; what it does not say is not made up.
 */
export function writeAdvisory(draft: AdvisoryDraft): Record<string, unknown> {
  const { profile = 'securityAdvisory' } = draft;
  const recent = draft.csaf === '2.1';
  const ended = profile === 'withdrawn' || profile === 'superseded';
  const vulnerable = !ended && profile !== 'informational' && draft.vulnerabilities.length > 0;
  const category =
    ended && !recent ? { withdrawn: 'Withdrawn', superseded: 'Superseded' }[profile] : categories[profile];
  return sorted({
    ...(recent && { $schema: schema }),
    document: {
      category,
      csaf_version: recent ? '2.1' : '2.0',
      title: draft.title,
      ...(draft.language !== undefined && { lang: draft.language }),
      ...(draft.sourceLanguage !== undefined && { source_lang: draft.sourceLanguage }),
      distribution: recent ? distribution(draft) : oldDistribution(draft),
      ...(draft.severity && { aggregate_severity: draft.severity }),
      ...(recent && draft.license !== undefined && { license_expression: draft.license }),
      notes: notes(draft),
      publisher: publisher(draft),
      ...references(draft.references ?? []),
      ...(draft.acknowledgements?.length && { acknowledgments: draft.acknowledgements.map(acknowledgement) }),
      tracking: tracking(draft),
    },
    ...(!ended && draft.products.length && { product_tree: productTree(draft) }),
    ...(vulnerable && {
      vulnerabilities: draft.vulnerabilities.map((one) => writeVulnerability(one, draft)),
    }),
  }) as Record<string, unknown>;
}

function distribution({ tlp, distribution: text }: AdvisoryDraft) {
  return { tlp: { label: tlp }, ...(text !== undefined && { text }) };
}

/** The text says what the label of CSAF 2.0 cannot, in the words that CSAF 2.1's converter looks for (2.1 section 9.1.18). */
function oldDistribution({ tlp, distribution: text }: AdvisoryDraft) {
  return {
    tlp: { label: labelIn('2.0', tlp) },
    text: [`TLP v2.0: TLP:${tlp}`, ...(text === undefined ? [] : [text])].join('\n'),
  };
}

function notes(draft: AdvisoryDraft) {
  const { profile, summary, license } = draft;
  // CSAF 2.1 sections 6.1.27.17 and 6.1.27.18.
  const first =
    profile === 'withdrawn' || profile === 'superseded'
      ? {
          category: 'description',
          title: profile === 'withdrawn' ? 'Reasoning for Withdrawal' : 'Reasoning for Supersession',
          text: summary,
        }
      : { category: 'summary', title: 'Summary', text: summary };
  return [
    first,
    ...(draft.notes ?? []).map(writeNote),
    ...(license !== undefined && draft.csaf !== '2.1'
      ? [{ category: 'legal_disclaimer', title: 'License', text: license }]
      : []),
  ];
}

function publisher({ csaf, publisher: { name, namespace, category, contact, authority } }: AdvisoryDraft) {
  return {
    name,
    namespace,
    category: category === 'multiplier' && csaf !== '2.1' ? 'other' : category,
    ...(contact !== undefined && { contact_details: contact }),
    ...(authority !== undefined && { issuing_authority: authority }),
  };
}

function tracking(draft: AdvisoryDraft) {
  const { aliases, generator, published } = draft;
  const history = draft.revisions ?? madeUp(draft);
  return {
    id: draft.id,
    ...(aliases?.length && { aliases }),
    version: draft.version ?? history.at(-1)?.number ?? '1',
    status: draft.status ?? 'final',
    initial_release_date: published,
    current_release_date: draft.updated ?? history.at(-1)?.date ?? published,
    revision_history: history,
    ...(generator && {
      generator: {
        engine: {
          name: generator.name,
          ...(generator.version !== undefined && { version: generator.version }),
        },
        ...(generator.date !== undefined && { date: generator.date }),
      },
    }),
  };
}

function madeUp({ version = '1', published, updated = published }: AdvisoryDraft) {
  const last = Number(/^\d+/.exec(version)?.[0] ?? 1);
  return Array.from({ length: Math.max(1, Math.min(last, 1000)) }, (_, i) => ({
    number: i + 1 === Math.max(1, last) ? version : version.includes('.') ? `${i + 1}.0.0` : String(i + 1),
    date: i === 0 && last > 1 ? published : updated,
    summary: i === 0 ? 'First publication' : 'Update',
  }));
}

/** CSAF 2.0 section 5.3, 6.2.13: by name, also inside. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inside]) => [name, sorted(inside)]),
  );
}
