import type {
  CsafDocument,
  Product,
  ProductStatus,
  Remediation,
  Vulnerability,
} from '../documents/document.ts';
import { productStatuses } from '../documents/document.ts';
import type { DocumentProblem } from '../documents/values.ts';
import { fingerprint } from '../text/fingerprint.ts';
import { repair } from '../text/repair.ts';
import {
  ClaimList,
  type ClaimProduct,
  type Claims,
  type ClaimSubject,
  cut,
  type DateValue,
  mostClaims,
  nothingNamed,
  type StatusValue,
} from './claim.ts';
import { exploitationInWords, exploitationOfSsvc } from './exploitation.ts';

/** What a CSAF document claims, in the order of the document. */
export function claimsOfCsaf(document: CsafDocument): Claims {
  const list = new ClaimList();
  const subjects = new Subjects(document.products);
  for (const [position, vulnerability] of document.vulnerabilities.entries()) {
    const id = vulnerabilityId(document, position);
    addStatuses(list, subjects, vulnerability, id, position);
    addSeverities(list, subjects, vulnerability, id);
    addExploitation(list, subjects, vulnerability, id, position);
    for (const [i, remediation] of vulnerability.remediations.entries())
      addRemediation(list, subjects, remediation, id, `/vulnerabilities/${position}/remediations/${i}`);
    addDates(list, vulnerability, id, position);
    for (const [i, { id: cwe, name }] of vulnerability.cwes.entries()) {
      list.add(cwe, {
        kind: 'weakness',
        vulnerability: id,
        by: undefined,
        subject: nothingNamed,
        value: { cwe, name },
        quote: `${cwe} ${name}`.trim(),
        pointer: `/vulnerabilities/${position}/${document.csafVersion === '2.0' ? 'cwe' : `cwes/${i}`}`,
      });
    }
  }
  const problems: DocumentProblem[] = list.left
    ? [
        {
          code: 'too-many',
          path: '/vulnerabilities',
          message: `/vulnerabilities makes ${list.left + mostClaims} claims; the first ${mostClaims} are kept`,
        },
      ]
    : [];
  return { claims: list.claims, problems };
}

/** The name under which the sources of a vulnerability meet. */
export function vulnerabilityId(document: CsafDocument, position: number): string {
  const { cve, ids } = document.vulnerabilities[position]!;
  if (cve) return /^cve-/i.test(cve) ? cve.toUpperCase() : cve;
  const [first] = ids;
  return first ? `${first.system}: ${first.text}` : `${document.tracking.id}#${position + 1}`;
}

const meaning: Readonly<Record<ProductStatus, StatusValue['status']>> = {
  first_affected: 'affected',
  known_affected: 'affected',
  last_affected: 'affected',
  first_fixed: 'fixed',
  fixed: 'fixed',
  known_not_affected: 'notAffected',
  recommended: 'recommended',
  under_investigation: 'underInvestigation',
  unknown: 'unknown',
};

function addStatuses(
  list: ClaimList,
  subjects: Subjects,
  { statuses, flags }: Vulnerability,
  id: string,
  position: number,
): void {
  for (const as of productStatuses) {
    const ids = statuses[as];
    if (!ids?.length) continue;
    const claim = (products: readonly string[], justification?: string) =>
      list.add(justification === undefined ? as : `${as}|${justification}`, {
        kind: 'productStatus',
        vulnerability: id,
        by: undefined,
        subject: subjects.of(products),
        value: { status: meaning[as], as, ...(justification !== undefined && { justification }) },
        quote: subjects.quote(products),
        pointer: `/vulnerabilities/${position}/product_status/${as}`,
      });
    if (as !== 'known_not_affected' || flags.length === 0) {
      claim(ids);
      continue;
    }
    const left = new Set(ids);
    for (const [label, sameLabel] of Map.groupBy(flags, (flag) => flag.label)) {
      const flagged = [...new Set(sameLabel.flatMap(({ products }) => products))].filter((product) =>
        left.delete(product),
      );
      if (flagged.length) claim(flagged, label);
    }
    if (left.size) claim([...left]);
  }
}

function addSeverities(list: ClaimList, subjects: Subjects, vulnerability: Vulnerability, id: string): void {
  for (const { system, version, vector, base, severity, source, products, pointer } of vulnerability.scores) {
    list.add(`${system}|${version}`, {
      kind: 'severity',
      vulnerability: id,
      by: source,
      subject: subjects.of(products),
      value: { system, version, vector, base, severity },
      quote: [vector, base, severity].filter((part) => part !== undefined).join(' '),
      pointer,
    });
  }
  for (const assessment of vulnerability.assessments) {
    const common = {
      vulnerability: id,
      by: assessment.source,
      subject: subjects.of(assessment.products),
      pointer: assessment.pointer,
    };
    if (assessment.is === 'rating') {
      const { severity } = assessment;
      list.add('word', { ...common, kind: 'severity', value: { system: 'word', severity }, quote: severity });
    } else if (assessment.is === 'epss') {
      const { probability, percentile, date } = assessment;
      list.add('epss', {
        ...common,
        kind: 'exploitation',
        value: {
          state: 'predicted',
          probability,
          ...(percentile !== undefined && { percentile }),
          ...(date !== undefined && { since: date }),
        },
        quote: `EPSS ${probability}`,
      });
    } else {
      const { selections } = assessment;
      const quote = selections.map(({ point, values }) => `${point}: ${values.join(', ')}`).join('; ');
      list.add('ssvc', { ...common, kind: 'severity', value: { system: 'ssvc', selections }, quote });
      const state = exploitationOfSsvc(selections);
      if (state) list.add('ssvc', { ...common, kind: 'exploitation', value: { state }, quote });
    }
  }
}

function addExploitation(
  list: ClaimList,
  subjects: Subjects,
  { threats, firstExploited }: Vulnerability,
  id: string,
  position: number,
): void {
  for (const [i, { category, text, date, products }] of threats.entries()) {
    if (category !== 'exploit_status') continue;
    list.add('stated', {
      kind: 'exploitation',
      vulnerability: id,
      by: undefined,
      subject: subjects.of(products),
      value: { state: exploitationInWords(text), ...(date !== undefined && { since: date }) },
      quote: text,
      pointer: `/vulnerabilities/${position}/threats/${i}`,
    });
  }
  for (const [i, { date, products }] of firstExploited.entries()) {
    list.add('firstExploited', {
      kind: 'exploitation',
      vulnerability: id,
      by: undefined,
      subject: subjects.of(products),
      value: { state: 'exploited', since: date },
      quote: date,
      pointer: `/vulnerabilities/${position}/first_known_exploitation_dates/${i}`,
    });
  }
}

function addRemediation(
  list: ClaimList,
  subjects: Subjects,
  { category, text, url, date, products }: Remediation,
  vulnerability: string,
  pointer: string,
): void {
  const common = { vulnerability, by: undefined, subject: subjects.of(products), quote: text, pointer };
  const name = `${category}|${fingerprint(repair(`${text} ${url ?? ''}`).toLowerCase())}`;
  if (category === 'mitigation' || category === 'workaround')
    list.add(name, { ...common, kind: 'mitigation', value: { category, text: cut(text, 5000), url } });
  else list.add(name, { ...common, kind: 'remedy', value: { category, text: cut(text, 5000), url, date } });
}

function addDates(
  list: ClaimList,
  { discovered, disclosed, released }: Vulnerability,
  vulnerability: string,
  position: number,
): void {
  const dates: readonly (readonly [DateValue['of'], string, string | undefined])[] = [
    ['discovered', 'discovery_date', discovered],
    ['disclosed', 'disclosure_date', disclosed],
    ['released', 'release_date', released],
  ];
  for (const [of, field, date] of dates) {
    if (date === undefined) continue;
    list.add(of, {
      kind: 'date',
      vulnerability,
      by: undefined,
      subject: nothingNamed,
      value: { of, date },
      quote: date,
      pointer: `/vulnerabilities/${position}/${field}`,
    });
  }
}

/** The products of one document, grouped by what they are; each list of ids becomes one subject, however often it is used. */
class Subjects {
  readonly #products: ReadonlyMap<string, Product>;
  readonly #lists = new Map<string, ClaimSubject>();

  constructor(products: readonly Product[]) {
    this.#products = new Map(products.map((product) => [product.id, product]));
  }

  of(ids: readonly string[]): ClaimSubject {
    if (ids.length === 0) return nothingNamed;
    const name = ids.join('\n');
    let subject = this.#lists.get(name);
    if (!subject) this.#lists.set(name, (subject = { products: this.#group(ids) }));
    return subject;
  }

  /** The names as written, as many as a quote holds. */
  quote(ids: readonly string[]): string {
    return ids
      .slice(0, 20)
      .map((id) => this.#products.get(id)?.name || id)
      .concat(ids.length > 20 ? ['…'] : [])
      .join('\n');
  }

  #group(ids: readonly string[]): ClaimProduct[] {
    const groups = new Map<string, Grouped>();
    for (const id of new Set(ids)) {
      const product = this.#products.get(id);
      const identity = identityOf(
        product,
        id,
        product?.combines && this.#products.get(product.combines.with),
      );
      const key = JSON.stringify(Object.values(identity));
      let group = groups.get(key);
      if (!group)
        groups.set(key, (group = { ...identity, versions: new Set(), cpes: new Set(), purls: new Set() }));
      if (product?.version) group.versions.add(product.version.text);
      if (product?.helper?.cpe) group.cpes.add(product.helper.cpe);
      for (const purl of product?.helper?.purls ?? []) group.purls.add(purl);
    }
    return Array.from(groups.values(), ({ versions, cpes, purls, ...identity }) => ({
      ...identity,
      versions: [...versions],
      cpes: [...cpes],
      purls: [...purls],
    }));
  }
}

type Identity = Pick<ClaimProduct, 'vendor' | 'product' | 'orderNumbers' | 'partOf'>;
type Grouped = Identity & Record<'versions' | 'cpes' | 'purls', Set<string>>;

function identityOf(product: Product | undefined, id: string, host: Product | undefined): Identity {
  const { family, productName, helper } = product ?? {};
  const path = [family, productName].filter((text) => text !== undefined).join(' ');
  return {
    vendor: product?.vendor ?? '',
    product: cut(path || product?.name || id, 300),
    orderNumbers: [...(helper?.modelNumbers ?? []), ...(helper?.skus ?? [])],
    partOf: host && cut(host.name, 300),
  };
}
