import { type DocumentProblem, parsed, Place } from '../documents/values.ts';
import type { Read } from '../provider/metadata.ts';
import {
  isAll,
  type Justification,
  type VexDocument,
  type VexLoss,
  type VexProduct,
  type VexStatement,
  type VexStatus,
} from './vex.ts';

const states: Readonly<Record<string, VexStatus>> = {
  exploitable: 'affected',
  not_affected: 'notAffected',
  false_positive: 'notAffected',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  in_triage: 'underInvestigation',
};
const writtenStates: Readonly<Record<VexStatus, string>> = {
  affected: 'exploitable',
  notAffected: 'not_affected',
  fixed: 'resolved',
  underInvestigation: 'in_triage',
};

/** What CycloneDX says more finely than the five labels comes to the nearest, with the word in the impact. */
const reasons: Readonly<Record<string, Justification>> = {
  code_not_present: 'vulnerable_code_not_present',
  code_not_reachable: 'vulnerable_code_not_in_execute_path',
  requires_configuration: 'vulnerable_code_cannot_be_controlled_by_adversary',
  requires_dependency: 'vulnerable_code_cannot_be_controlled_by_adversary',
  requires_environment: 'vulnerable_code_cannot_be_controlled_by_adversary',
  protected_by_compiler: 'inline_mitigations_already_exist',
  protected_at_runtime: 'inline_mitigations_already_exist',
  protected_at_perimeter: 'inline_mitigations_already_exist',
  protected_by_mitigating_control: 'inline_mitigations_already_exist',
};
const writtenReasons: Readonly<Partial<Record<Justification, string>>> = {
  vulnerable_code_not_present: 'code_not_present',
  vulnerable_code_not_in_execute_path: 'code_not_reachable',
  inline_mitigations_already_exist: 'protected_by_mitigating_control',
};
const exactReasons = new Set(Object.values(writtenReasons));

/** Reads the vulnerabilities of a CycloneDX BOM 1.4 to 1.6 in JSON (https://cyclonedx.org/docs/1.6/json/). */
export function readCycloneDxVex(source: unknown): Read<VexDocument> {
  const problems: DocumentProblem[] = [];
  const root = new Place(parsed(source), '', problems);
  if (root.at('bomFormat').value !== 'CycloneDX')
    return {
      ok: false,
      problems: [
        {
          code: 'not-vex',
          path: '',
          message: 'This is not CycloneDX: it is not JSON or its bomFormat is not “CycloneDX”',
        },
      ],
    };
  const components = readComponents(root);
  const metadata = root.at('metadata');
  const [author] = metadata.at('authors').items(10);
  return {
    ok: true,
    value: {
      id: root.at('serialNumber').text() ?? '',
      author:
        author?.at('name').text() ??
        metadata.at('supplier').at('name').text() ??
        metadata.at('manufacture').at('name').text() ??
        '',
      issued: metadata.at('timestamp').date() ?? '',
      updated: undefined,
      version: root.at('version').text() ?? '1',
      statements: root
        .at('vulnerabilities')
        .items(100_000)
        .flatMap((place) => readVulnerability(place, components)),
    },
    problems,
  };
}

function readComponents(root: Place): Map<string, VexProduct> {
  const found = new Map<string, VexProduct>();
  const waiting = [root.at('metadata').at('component'), ...root.at('components').items(100_000)];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (typeof next.value !== 'object' || next.value === null || found.size >= 200_000) continue;
    const purl = next.at('purl').text();
    const ref = next.at('bom-ref').text() ?? purl;
    const name = [next.at('group').text(), next.at('name').text()].filter(Boolean).join('/');
    const inside = next.at('components');
    if (inside.value !== undefined && waiting.length < 200_000)
      for (const one of inside.items(100_000)) waiting.push(one);
    if (ref === undefined || found.has(ref)) continue;
    found.set(ref, {
      id: ref,
      vendor:
        next.at('supplier').at('name').text() ??
        next.at('manufacturer').at('name').text() ??
        next.at('publisher').text(),
      name: name || ref,
      version: next.at('version').text(),
      range: undefined,
      purl,
      cpe: next.at('cpe').text(),
    });
  }
  return found;
}

function readVulnerability(place: Place, components: ReadonlyMap<string, VexProduct>): VexStatement[] {
  const analysis = place.at('analysis');
  const state = analysis.at('state').text();
  const status = state === undefined ? undefined : states[state];
  if (state !== undefined && !status) analysis.at('state').problem('wrong-type', 'is no state of CycloneDX');
  const word = analysis.at('justification').text();
  const justification = word === undefined ? undefined : reasons[word];
  const detail = analysis.at('detail').text();
  const coarse = [
    ...(state === 'false_positive' ? [state] : []),
    ...(word !== undefined && !exactReasons.has(word) ? [word] : []),
  ];
  const impact = [
    ...(detail === undefined ? [] : [detail]),
    ...coarse.map((one) => `CycloneDX: ${one}`),
  ].join('\n');
  const action = place.at('recommendation').text() ?? place.at('workaround').text();
  const common = {
    vulnerability: {
      id: place.at('id').requiredText(),
      aliases: place
        .at('references')
        .items(100)
        .flatMap((one) => one.at('id').text() ?? []),
      description: place.at('description').text(),
    },
    justification,
    impact: status === 'notAffected' && impact !== '' ? impact : undefined,
    action,
  };
  const byStatus = new Map<VexStatus, VexProduct[]>();
  const add = (one: VexStatus | undefined, product: VexProduct) => {
    if (one) byStatus.set(one, [...(byStatus.get(one) ?? []), product]);
  };
  for (const affect of place.at('affects').items(10_000)) {
    const ref = affect.at('ref').text() ?? '';
    const component = components.get(ref) ?? {
      id: ref,
      vendor: undefined,
      name: ref,
      version: undefined,
      range: undefined,
      purl: undefined,
      cpe: undefined,
    };
    if (!components.has(ref)) affect.at('ref').problem('unresolved', 'refers to no component of this BOM');
    const versions = affect.at('versions').items(1000);
    if (versions.length === 0) add(status, component);
    for (const one of versions) {
      const own = one.at('status').text();
      const said =
        own === 'unaffected'
          ? 'notAffected'
          : own === 'unknown'
            ? 'underInvestigation'
            : (status ?? 'affected');
      add(said, { ...component, version: one.at('version').text(), range: one.at('range').text() });
    }
  }
  if (byStatus.size === 0 && status) byStatus.set(status, []);
  return Array.from(byStatus, ([one, products]) => ({
    ...common,
    status: one,
    products,
    justification: one === 'notAffected' ? justification : undefined,
  }));
}

/** Writes a CycloneDX BOM that holds nothing but the VEX and what it refers to. */
export function writeCycloneDxVex(
  vex: VexDocument,
  { spec = '1.6', serialNumber }: { readonly spec?: '1.5' | '1.6'; readonly serialNumber?: string } = {},
): { document: Record<string, unknown>; losses: readonly VexLoss[] } {
  const losses: VexLoss[] = [];
  const components = new Map<string, { ref: string; product: VexProduct }>();
  const refOf = (product: VexProduct) => {
    const single = {
      ...product,
      range: undefined,
      version: product.range === undefined ? product.version : undefined,
    };
    const key = JSON.stringify([single.vendor, single.name, single.version, single.purl, single.cpe]);
    let known = components.get(key);
    if (!known) components.set(key, (known = { ref: `product-${components.size + 1}`, product: single }));
    return known.ref;
  };
  const vulnerabilities = vex.statements.map((statement, i) => {
    const { vulnerability, status, justification, action } = statement;
    const reason = justification === undefined ? undefined : writtenReasons[justification];
    const lost = justification !== undefined && reason === undefined;
    if (lost)
      losses.push({
        code: 'justification',
        vulnerability: vulnerability.id,
        product: '',
        value: justification,
      });
    const detail = [statement.impact, lost ? justification : undefined]
      .filter((part) => part !== undefined)
      .join('\n');
    return {
      'bom-ref': `vulnerability-${i + 1}`,
      id: vulnerability.id,
      ...(vulnerability.aliases.length && {
        references: vulnerability.aliases.map((id) => ({ id, source: { name: vex.author || 'unknown' } })),
      }),
      ...(vulnerability.description !== undefined && { description: vulnerability.description }),
      ...(action !== undefined && { recommendation: action }),
      analysis: {
        state: writtenStates[status],
        ...(status === 'notAffected' && reason !== undefined && { justification: reason }),
        ...(status === 'notAffected' && detail !== '' && { detail }),
      },
      affects: statement.products.map((product) => ({
        ref: refOf(product),
        ...(!isAll(product.range) && {
          versions: [
            {
              range: product.range,
              status:
                status === 'affected'
                  ? 'affected'
                  : status === 'underInvestigation'
                    ? 'unknown'
                    : 'unaffected',
            },
          ],
        }),
      })),
    };
  });
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: spec,
    ...(serialNumber !== undefined && { serialNumber }),
    version: Math.max(1, Number.parseInt(vex.version, 10) || 1),
    metadata: { timestamp: vex.updated ?? vex.issued, authors: [{ name: vex.author }] },
    components: Array.from(components.values(), ({ ref, product }) => ({
      type: 'firmware',
      'bom-ref': ref,
      ...(product.vendor !== undefined && { supplier: { name: product.vendor } }),
      name: product.name,
      ...(product.version !== undefined && { version: product.version }),
      ...(product.purl !== undefined && { purl: product.purl }),
      ...(product.cpe !== undefined && { cpe: product.cpe }),
    })),
    vulnerabilities,
  };
  return { document, losses };
}
