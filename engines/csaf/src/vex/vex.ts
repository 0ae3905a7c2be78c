import type { CsafDocument, Product, Vulnerability } from '../documents/document.ts';
import { fingerprint } from '../text/fingerprint.ts';
import type { AdvisoryDraft, DraftProduct, DraftVulnerability } from '../write/draft.ts';

/** What a VEX says, whatever its form: for which products a vulnerability matters, and why not for others. */
export interface VexDocument {
  readonly id: string;
  readonly author: string;
  /** RFC 3339. */
  readonly issued: string;
  readonly updated: string | undefined;
  readonly version: string;
  readonly statements: readonly VexStatement[];
}

export interface VexStatement {
  readonly vulnerability: {
    readonly id: string;
    readonly aliases: readonly string[];
    readonly description: string | undefined;
  };
  readonly status: VexStatus;
  readonly products: readonly VexProduct[];
  /** One of the five labels of CISA, which CSAF and OpenVEX use. */
  readonly justification: Justification | undefined;
  /** Why it does not matter, in words. */
  readonly impact: string | undefined;
  /** What to do, in words. */
  readonly action: string | undefined;
}

export type VexStatus = 'affected' | 'notAffected' | 'fixed' | 'underInvestigation';

export const justifications = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;
export type Justification = (typeof justifications)[number];

export interface VexProduct {
  /** How the document names it. */
  readonly id: string;
  readonly vendor: string | undefined;
  readonly name: string;
  readonly version: string | undefined;
  /** VERS, where it is more than one version. */
  readonly range: string | undefined;
  readonly purl: string | undefined;
  readonly cpe: string | undefined;
}

/** What the form that was asked for cannot say. */
export interface VexLoss {
  readonly code:
    | 'range-widened'
    | 'range-left-out'
    | 'justification'
    | 'status'
    | 'no-statement'
    | 'names-made-up';
  readonly vulnerability: string;
  readonly product: string;
  /** What was to be said. */
  readonly value: string;
}

export const lossSentences: Readonly<Record<VexLoss['code'], string>> = {
  'range-widened': 'Ranges cannot be said; all versions of {product} stand for {value}.',
  'range-left-out':
    'Ranges cannot be said; {product} {value} was left out, because more would be called safe than is.',
  justification: 'The reason {value} has no equal; it is told in words.',
  status: 'The status {value} has no equal.',
  'no-statement': 'Nothing about {vulnerability} could be said.',
  'names-made-up': '{product} has no package URL and no CPE; the name {value} was made for it.',
};

const lists: readonly (readonly [VexStatus, readonly (keyof Vulnerability['statuses'])[]])[] = [
  ['affected', ['known_affected', 'first_affected', 'last_affected']],
  ['notAffected', ['known_not_affected']],
  ['fixed', ['fixed', 'first_fixed']],
  ['underInvestigation', ['under_investigation']],
];

/** The VEX in a CSAF document of any profile. */
export function vexOfCsaf(document: CsafDocument): VexDocument {
  const products = new Map(document.products.map((product) => [product.id, product]));
  const { tracking, publisher } = document;
  return {
    id: tracking.id,
    author: publisher.name,
    issued: tracking.initialRelease ?? '',
    updated: tracking.currentRelease,
    version: tracking.version,
    statements: document.vulnerabilities.flatMap((vulnerability, position) =>
      lists.flatMap(([status, names]) =>
        statementsOf(
          vulnerability,
          status,
          [...new Set(names.flatMap((name) => vulnerability.statuses[name] ?? []))],
          {
            id: vulnerability.cve ?? vulnerability.ids[0]?.text ?? `${tracking.id}#${position + 1}`,
            product: (id) => productOf(id, products.get(id)),
          },
        ),
      ),
    ),
  };
}

/** Products with the same reason and the same thing to do are one statement. */
function statementsOf(
  vulnerability: Vulnerability,
  status: VexStatus,
  ids: readonly string[],
  { id, product }: { id: string; product: (id: string) => VexProduct },
): VexStatement[] {
  const { flags, threats, remediations } = vulnerability;
  const of = new Map<
    string,
    { why: Pick<VexStatement, 'justification' | 'impact' | 'action'>; ids: string[] }
  >();
  // An entry that names no products is for all of them.
  const forIt = (one: string) => (entry: { readonly products: readonly string[] }) =>
    entry.products.length === 0 || entry.products.includes(one);
  const flagged = new Map(flags.flatMap(({ label, products }) => products.map((one) => [one, label])));
  for (const one of ids) {
    const label = flagged.get(one);
    const joined = (parts: readonly string[]) => (parts.length ? parts.join('\n') : undefined);
    const why = {
      justification: status === 'notAffected' ? justifications.find((known) => known === label) : undefined,
      impact:
        status === 'notAffected'
          ? joined(
              threats
                .filter(({ category }) => category === 'impact')
                .filter(forIt(one))
                .map(({ text }) => text),
            )
          : undefined,
      action:
        status === 'affected' ? joined(remediations.filter(forIt(one)).map(({ text }) => text)) : undefined,
    };
    const key = JSON.stringify(why);
    const group = of.get(key);
    if (group) group.ids.push(one);
    else of.set(key, { why, ids: [one] });
  }
  const { title, notes, ids: others, cve } = vulnerability;
  return Array.from(of.values(), ({ why, ids: same }) => ({
    vulnerability: {
      id,
      aliases: cve === undefined ? [] : others.map(({ text }) => text),
      description: notes.find(({ category }) => category === 'description')?.text ?? title,
    },
    status,
    products: same.map(product),
    ...why,
  }));
}

function productOf(id: string, product: Product | undefined): VexProduct {
  const { version, helper } = product ?? {};
  return {
    id,
    vendor: product?.vendor,
    name:
      [product?.family, product?.productName].filter((part) => part !== undefined).join(' ') ||
      product?.name ||
      id,
    version: version?.category === 'version' ? version.text : undefined,
    range: version?.category === 'range' ? version.text : undefined,
    purl: helper?.purls[0],
    cpe: helper?.cpe,
  };
}

/** A draft for `writeAdvisory` of profile csaf_vex. Who is asked for what a VEX does not say is the caller. */
export function draftOfVex(
  vex: VexDocument,
  given: Pick<AdvisoryDraft, 'title' | 'tlp' | 'publisher' | 'summary'> & Partial<AdvisoryDraft>,
): AdvisoryDraft {
  const products = new Map<string, DraftProduct>();
  const keyOf = (product: VexProduct) => {
    const { vendor, name, version, range, purl, cpe } = product;
    const key = `P-${fingerprint(JSON.stringify([vendor, name, version, range, purl, cpe]))}`;
    products.set(key, {
      key,
      vendor: vendor ?? 'unknown',
      name,
      ...(version === undefined ? { range: range ?? '*' } : { version }),
      ...(purl !== undefined && { purls: [purl] }),
      ...(cpe !== undefined && { cpe }),
    });
    return key;
  };
  const byVulnerability = Map.groupBy(vex.statements, ({ vulnerability }) => vulnerability.id);
  const vulnerabilities = Array.from(byVulnerability, ([id, statements]): DraftVulnerability => {
    const { aliases, description } = statements[0]!.vulnerability;
    const of = (status: VexStatus) => [
      ...new Set(statements.filter((one) => one.status === status).flatMap((one) => one.products.map(keyOf))),
    ];
    const isCve = /^CVE-\d{4}-\d{4,}$/.test(id);
    return {
      ...(isCve && { cve: id }),
      ids: [...(isCve ? [] : [id]), ...aliases].map((text) => ({ system: vex.author || 'unknown', text })),
      title: id,
      description: description ?? id,
      affected: of('affected'),
      fixed: of('fixed'),
      notAffected: of('notAffected'),
      underInvestigation: of('underInvestigation'),
      flags: statements.flatMap(({ justification, products: some }) =>
        justification === undefined ? [] : [{ label: justification, products: some.map(keyOf) }],
      ),
      threats: statements.flatMap(({ status, impact, justification, products: some }) =>
        status === 'notAffected' && (impact !== undefined || justification === undefined)
          ? [
              {
                category: 'impact' as const,
                text: impact ?? 'No reason was given.',
                products: some.map(keyOf),
              },
            ]
          : [],
      ),
      remediations: statements.flatMap(({ status, action, products: some }) =>
        status === 'affected'
          ? [
              {
                category: action === undefined ? ('none_available' as const) : ('mitigation' as const),
                text: action ?? 'Nothing to do was named.',
                products: some.map(keyOf),
              },
            ]
          : [],
      ),
    };
  });
  return {
    profile: 'vex',
    id: vex.id,
    published: vex.issued,
    ...(vex.updated !== undefined && { updated: vex.updated }),
    ...given,
    products: [...products.values()],
    vulnerabilities,
  };
}

/** A package URL for what has no name that machines know (https://github.com/package-url/purl-spec, type generic). */
export function madeUpPurl({ vendor, name, version }: VexProduct): string {
  const part = (text: string) => encodeURIComponent(text.trim().toLowerCase().replace(/\s+/g, '-'));
  return `pkg:generic/${vendor === undefined ? '' : `${part(vendor)}/`}${part(name)}${version === undefined ? '' : `@${encodeURIComponent(version)}`}`;
}

/** Whether a range says no more than that all versions are meant. */
export function isAll(range: string | undefined): boolean {
  return range === undefined || /^(?:vers:[\w.+-]*\/)?\*$/.test(range.trim());
}
