import {
  type AdvisoryPage,
  type Remedy,
  RemedyKind,
  Restart,
  type Severity,
  type Told,
  type VulnerabilityGroup,
} from '@busbar/contract';
import {
  byUsefulnessNow,
  type CsafDocument,
  type Product,
  rangeInWords,
  read,
  type Remediation,
  type Score,
} from '@busbar/csaf';

import { dateOf, severityOf, told } from './received.ts';
import { line, plain } from '../../platform/plain-text.ts';

/** What a page bears. The document itself has all of it. */
const most = {
  products: 2000,
  namesInList: 500,
  remedies: 500,
  vulnerabilities: 500,
  notes: 100,
  text: 50_000,
};

export type PageContent = Pick<
  AdvisoryPage,
  'summary' | 'notes' | 'remedies' | 'vulnerabilities' | 'products' | 'references' | 'history'
> & { cut: Told[] };

/** What a page shows of a document: plain text, no markup, and no links but http and https. */
export function pageOf(text: string): PageContent {
  const reading = read(text);
  if (!reading.ok) throw new Error('A document that was readable when it came is not any more');
  const { document } = reading;
  const names = namesOf(document);
  const cut: Told[] = [];
  const some = <T>(list: readonly T[], limit: number, what: string): readonly T[] => {
    if (list.length > limit)
      cut.push(
        told(
          'list-cut',
          `Of ${list.length} ${what} the first ${limit} are shown; the document has them all`,
          {
            what,
            shown: limit,
            total: list.length,
          },
        ),
      );
    return list.slice(0, limit);
  };

  return {
    summary: long(document.summary ?? ''),
    notes: some(
      document.notes.filter(({ text }) => text !== document.summary),
      most.notes,
      'notes',
    ).map(({ title, category, text }) => ({
      title: line(title ?? ''),
      category: line(category, 60),
      text: long(text),
    })),
    remedies: [...some(remediesOf(document), most.remedies, 'remedies')],
    vulnerabilities: some(document.vulnerabilities, most.vulnerabilities, 'vulnerabilities').map(
      ({ cve, title, cwes, notes, scores, statuses }) => ({
        cve: cve ? line(cve, 40) : null,
        cwe: cwes[0] ? { id: line(cwes[0].id, 40), name: line(cwes[0].name) } : null,
        title: line(title ?? ''),
        text: long(notes.map(({ text }) => text).join('\n\n')),
        scores: scores.slice(0, 50).map(toScore),
        affected: nameAll(names, [
          ...(statuses.known_affected ?? []),
          ...(statuses.first_affected ?? []),
          ...(statuses.last_affected ?? []),
        ]),
        fixed: nameAll(names, [...(statuses.fixed ?? []), ...(statuses.first_fixed ?? [])]),
        notAffected: nameAll(names, statuses.known_not_affected ?? []),
      }),
    ),
    products: some(document.products, most.products, 'products').map(toProduct),
    references: document.references.flatMap(({ url, summary }) =>
      url === undefined ? [] : [{ title: line(summary) || url, url }],
    ),
    history: document.tracking.revisions.slice(0, 500).flatMap(({ number, date, summary }) => {
      const at = dateOf(date);
      return at ? [{ version: line(number, 60), at: at.toISOString(), summary: long(summary) }] : [];
    }),
    cut,
  };
}

export interface Guidance {
  readonly remedies: Remedy[];
  /** How an attack would be seen. */
  readonly detection: string[];
  /** How the document calls each, how bad it is for these products, and what the vendor mends just it by. */
  readonly vulnerabilities: (Pick<
    VulnerabilityGroup['vulnerabilities'][number],
    'cve' | 'title' | 'severity' | 'score'
  > & { readonly fixes: string[] })[];
}

export const noGuidance: Guidance = { remedies: [], detection: [], vulnerabilities: [] };

/** What can be done, mitigations first: what is said of all products, and of these. */
export function guidanceFor(text: string, products: readonly string[]): Guidance {
  const reading = read(text);
  if (!reading.ok) return noGuidance;
  const { document } = reading;
  const wanted = new Set(products);
  const isFor = ({ products }: { readonly products: readonly string[] }) =>
    products.length === 0 || products.some((id) => wanted.has(id));
  // CSAF has no field for it; publishers give it as a note of its own.
  const notes = [...document.notes, ...document.vulnerabilities.flatMap((one) => one.notes)];
  return {
    remedies: remediesOf(document, isFor),
    detection: [
      ...new Set(
        notes
          .filter(({ title }) => title && /\b(?:detect|indicators? of compromise|hunting)/i.test(title))
          .map(({ text }) => long(text)),
      ),
    ].slice(0, 20),
    vulnerabilities: document.vulnerabilities
      .slice(0, most.vulnerabilities)
      .map(({ cve, title, scores, remediations }) => {
        const score = Math.max(...scores.filter(isFor).map(({ base }) => base ?? -1), -1);
        return {
          cve: cve ? line(cve.toUpperCase(), 40) : null,
          title: line(title ?? ''),
          severity: score < 0 ? ('unknown' as const) : severityOf(score),
          score: score < 0 ? null : score,
          fixes: [
            ...new Set(
              remediations
                .filter((one) => one.category === 'vendor_fix' && isFor(one))
                .map(({ text }) => line(text, 500)),
            ),
          ].slice(0, 20),
        };
      }),
  };
}

/** The same words for several vulnerabilities are one remedy; what one of them has restarted, it restarts. */
function remediesOf(
  document: CsafDocument,
  keep: (remediation: Remediation) => boolean = () => true,
): Remedy[] {
  const names = namesOf(document);
  const merged = new Map<
    string,
    { remediation: Remediation; products: Set<string>; restarts: (Restart | null)[] }
  >();
  for (const remediation of document.vulnerabilities.flatMap(({ remediations }) => remediations)) {
    if (!keep(remediation)) continue;
    const key = `${remediation.category}\n${remediation.url}\n${remediation.text}`;
    const same = merged.get(key) ?? { remediation, products: new Set(), restarts: [] };
    same.restarts.push(restartOf(remediation));
    for (const id of remediation.products) same.products.add(id);
    merged.set(key, same);
  }
  const order = byUsefulnessNow([...merged.values()].map(({ remediation }) => remediation));
  const place = new Map(order.map((remediation, at) => [remediation, at]));
  return [...merged.values()]
    .sort((a, b) => place.get(a.remediation)! - place.get(b.remediation)!)
    .map(({ remediation: { category, text, url }, products, restarts }) => ({
      kind: RemedyKind.options.find((kind) => kind === category) ?? 'mitigation',
      text: long(text),
      restart: gravest(restarts),
      url: url ?? null,
      products: nameAll(names, [...products]),
    }));
}

/** A word that we do not know is not "nothing": then anything may have to be restarted. */
function restartOf({ restart }: Remediation): Restart | null {
  return restart === undefined ? null : (Restart.options.find((known) => known === restart) ?? 'system');
}

/** Who says that nothing is restarted says so of its own products only; silence about others is graver. */
function gravest(restarts: readonly (Restart | null)[]): Restart | null {
  const named = Restart.options.findLast((known) => restarts.includes(known)) ?? null;
  return named === 'none' && restarts.includes(null) ? null : named;
}

function namesOf({ products }: CsafDocument): ReadonlyMap<string, string> {
  return new Map(products.map((product) => [product.id, line(product.name) || toProduct(product).name]));
}

function nameAll(names: ReadonlyMap<string, string>, ids: readonly string[]): string[] {
  return [...new Set(ids.slice(0, most.namesInList).map((id) => names.get(id) ?? line(id)))];
}

function toProduct({
  name,
  vendor,
  family,
  productName,
  version,
  helper,
}: Product): AdvisoryPage['products'][number] {
  const product = line([family, productName].filter(Boolean).join(' '));
  const versions = rangeInWords(line(version?.text ?? ''));
  return {
    name: line(name) || [product, versions].filter(Boolean).join(' '),
    vendor: line(vendor ?? ''),
    product,
    versions,
    orderNumbers: [...(helper?.modelNumbers ?? []), ...(helper?.skus ?? [])]
      .slice(0, 200)
      .map((number) => line(number, 100)),
  };
}

function toScore({
  version,
  vector,
  base,
  severity,
}: Score): AdvisoryPage['vulnerabilities'][number]['scores'][number] {
  const stated = severity?.toLowerCase() as Severity | undefined;
  const known = stated && ['none', 'low', 'medium', 'high', 'critical'].includes(stated) ? stated : 'unknown';
  return {
    version: line(version, 20),
    vector: line(vector ?? '', 300),
    base: base ?? null,
    severity: base === undefined ? known : severityOf(base),
  };
}

function long(text: string): string {
  const whole = plain(text).trim();
  return whole.length <= most.text ? whole : `${whole.slice(0, most.text)}…`;
}
