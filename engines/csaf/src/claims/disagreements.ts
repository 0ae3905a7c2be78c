import { normaliseOrderNumber } from '../products/order-number.ts';
import { compact } from '../products/product-name.ts';
import { normaliseVendor, vendorKeys, withoutVendor } from '../products/vendors.ts';
import { repair } from '../text/repair.ts';
import { sameVersions, versionsMeet } from '../versions/spans.ts';
import type { ClaimFact, ClaimKind, ClaimProduct, ExploitationValue, StatusValue } from './claim.ts';

/** A claim and the document or feed that makes it. */
export interface SourcedClaim {
  readonly source: string;
  readonly claim: ClaimFact;
}

/** One fact of one vulnerability on which sources do not say the same, or cannot be compared. */
export interface Disagreement {
  /** Stays the same as long as it is about the same fact. */
  readonly key: string;
  readonly vulnerability: string;
  readonly kind: ClaimKind;
  readonly code: DisagreementCode;
  readonly params: Readonly<Record<string, string>>;
  /** False: nobody knows whether they agree; a person has to read them. */
  readonly certain: boolean;
  readonly product: { readonly vendor: string; readonly product: string } | undefined;
  readonly sides: readonly DisagreementSide[];
}

export interface DisagreementSide {
  readonly source: string;
  readonly by: string | undefined;
  /** Key of the claim within its source. */
  readonly claim: string;
  readonly says: string;
}

/** Plain English for each code, with {parameters}; the list of codes that a translation has to cover. */
export const disagreementSentences = {
  'ranges-differ': 'The affected versions of {product} differ.',
  'ranges-not-comparable': 'The affected versions of {product} are written so that they cannot be compared.',
  'affected-and-fixed': 'A version of {product} is called affected and fixed.',
  'affected-and-not-affected': 'A version of {product} is called affected and not affected.',
  'status-not-comparable':
    'Whether {product} is affected and not affected at the same version cannot be compared.',
  'severity-differs': 'The score {system} differs: {least} to {most}.',
  'vector-differs': 'The vectors of {system} differ, the score is the same.',
  'severity-not-comparable': 'The scores {system} speak of different products.',
  'exploitation-differs': 'Some say that it is exploited, others that it is not.',
  'exploitation-unclear': 'What is said about exploitation cannot be compared.',
  'fix-and-none': 'Some name a fix, others say that there is none.',
  'date-differs': 'The date differs ({of}).',
  'weakness-differs': 'Different weaknesses are named.',
} as const;
export type DisagreementCode = keyof typeof disagreementSentences;

export interface Disagreements {
  readonly found: readonly Disagreement[];
  /** Facts that were not compared because there are too many statements. Zero means that all were. */
  readonly notCompared: number;
}

/**
 * What the claims of one or more vulnerabilities contradict, source against source and a source against itself. Where
 * two statements cannot honestly be compared, that is said (`certain: false`) and nothing is guessed.
 */
export function disagreements(claims: readonly SourcedClaim[]): Disagreements {
  const found: Disagreement[] = [];
  let notCompared = 0;
  for (const [vulnerability, ofOne] of Map.groupBy(claims, ({ claim }) => claim.vulnerability)) {
    const comparison = new Comparison(vulnerability, ofOne);
    comparison.run();
    for (const one of comparison.found) found.push(one);
    notCompared += comparison.notCompared;
  }
  return { found, notCompared };
}

const mostFound = 2000;
const mostOfOneProduct = 60;

type Of<K extends ClaimKind> = { readonly source: string; readonly claim: Extract<ClaimFact, { kind: K }> };

/** What one claim says of one product. */
interface Statement {
  readonly from: Of<'productStatus'>;
  readonly product: ClaimProduct;
  readonly status: StatusValue;
}

class Comparison {
  readonly found: Disagreement[] = [];
  notCompared = 0;
  readonly #vulnerability: string;
  readonly #claims: readonly SourcedClaim[];

  constructor(vulnerability: string, claims: readonly SourcedClaim[]) {
    this.#vulnerability = vulnerability;
    this.#claims = claims;
  }

  run(): void {
    for (const statements of byProduct(this.#of('productStatus'))) this.#compareStatuses(statements);
    this.#compareSeverities();
    this.#compareExploitation();
    this.#compareRemedies();
    this.#compareDates();
    this.#compareWeaknesses();
  }

  #of<K extends ClaimKind>(kind: K): Of<K>[] {
    return this.#claims.filter((sourced): sourced is Of<K> => sourced.claim.kind === kind);
  }

  #compareStatuses(statements: readonly Statement[]): void {
    if (statements.length > mostOfOneProduct || this.found.length >= mostFound) {
      this.notCompared++;
      return;
    }
    const { vendor, product } = statements[0]!.product;
    const told = {
      kind: 'productStatus' as const,
      params: { product: [vendor, product].filter(Boolean).join(' ') },
      product: { vendor, product },
    };
    const affected = unionBySource(statements.filter(({ status }) => status.status === 'affected'));
    const clear = unionBySource(
      statements.filter(({ status }) => status.status === 'fixed' || status.status === 'notAffected'),
    );
    const ranges = compareAll(
      affected.filter((one) => !namesOneEnd(one)),
      (a, b) => (a.source === b.source ? true : sameVersions(a.versions, b.versions)),
    );
    if (ranges.no || ranges.unknown)
      this.#add({
        ...told,
        code: ranges.no ? 'ranges-differ' : 'ranges-not-comparable',
        sides: affected.flatMap(({ sides }) => sides),
      });
    for (const one of affected) {
      for (const other of clear) {
        // What a record says of all that it does not list contradicts ranges that differ, and those are told already.
        if ((one.byDefault || other.byDefault) && (ranges.no || ranges.unknown)) continue;
        const meet = versionsMeet(one.versions, other.versions);
        const unstated = one.versions.length === 0 && other.versions.length === 0;
        if (meet === false) continue;
        const fixed = other.status === 'fixed';
        this.#add({
          ...told,
          code:
            meet || unstated
              ? fixed
                ? 'affected-and-fixed'
                : 'affected-and-not-affected'
              : 'status-not-comparable',
          sides: [...one.sides, ...other.sides],
        });
      }
    }
  }

  #compareSeverities(): void {
    const scored = this.#of('severity').flatMap(({ source, claim }) =>
      'version' in claim.value ? [{ source, claim, value: claim.value }] : [],
    );
    for (const [system, claims] of Map.groupBy(scored, ({ value }) => value.system)) {
      const { no, unknown } = compareAll(claims, (a, b) => {
        if (sameScore(a.value, b.value)) return true;
        const shared = shareProducts(a.claim, b.claim);
        if (a.source === b.source && a.claim.by === b.claim.by && shared !== true) return true;
        return shared === false ? undefined : false;
      });
      if (!no && !unknown) continue;
      const bases = claims.map(({ value }) => value.base).filter((base) => base !== undefined);
      const least = bases.reduce((a, b) => Math.min(a, b), Infinity);
      const most = bases.reduce((a, b) => Math.max(a, b), -Infinity);
      const name = `CVSS ${system.slice(-1)}`;
      this.#add({
        kind: 'severity',
        code: !no ? 'severity-not-comparable' : least === most ? 'vector-differs' : 'severity-differs',
        params: { system: name, ...(bases.length && { least: String(least), most: String(most) }) },
        sides: claims.map(({ source, claim, value }) =>
          side(source, claim, [value.base, value.vector].filter((part) => part !== undefined).join(' ')),
        ),
      });
    }
  }

  #compareExploitation(): void {
    const claims = this.#of('exploitation').filter(({ claim }) => claim.value.state !== 'predicted');
    const { no, unknown } = compareAll(claims, (a, b) => sameState(a.claim.value.state, b.claim.value.state));
    if (!no && !unknown) return;
    this.#add({
      kind: 'exploitation',
      code: no ? 'exploitation-differs' : 'exploitation-unclear',
      params: {},
      sides: claims.map(({ source, claim }) => side(source, claim, claim.value.state)),
    });
  }

  #compareRemedies(): void {
    const claims = this.#of('remedy');
    const fixes = claims.filter(({ claim }) => claim.value.category === 'vendor_fix');
    const none = claims.filter(({ claim }) =>
      ['none_available', 'no_fix_planned'].includes(claim.value.category),
    );
    const opposed = fixes.slice(0, mostOfOneProduct).flatMap((fix) =>
      none
        .slice(0, mostOfOneProduct)
        .filter((other) => shareProducts(fix.claim, other.claim) === true)
        .map((other) => [fix, other] as const),
    );
    if (opposed.length === 0) return;
    this.#add({
      kind: 'remedy',
      code: 'fix-and-none',
      params: {},
      sides: [...new Set(opposed.flat())].map(({ source, claim }) =>
        side(source, claim, `${claim.value.category}: ${claim.value.text.slice(0, 200)}`),
      ),
    });
  }

  #compareDates(): void {
    for (const [of, claims] of Map.groupBy(this.#of('date'), ({ claim }) => claim.value.of)) {
      const { no } = compareAll(claims, (a, b) => day(a.claim.value.date) === day(b.claim.value.date));
      if (!no) continue;
      this.#add({
        kind: 'date',
        code: 'date-differs',
        params: { of },
        sides: claims.map(({ source, claim }) => side(source, claim, claim.value.date)),
      });
    }
  }

  #compareWeaknesses(): void {
    const bySource = [
      ...Map.groupBy(this.#of('weakness'), ({ source, claim }) => `${source}\n${claim.by ?? ''}`).values(),
    ];
    const named = (claims: readonly Of<'weakness'>[]) =>
      claims
        .map(({ claim }) => claim.value.cwe.toUpperCase())
        .toSorted()
        .join();
    if (new Set(bySource.map(named)).size < 2) return;
    this.#add({
      kind: 'weakness',
      code: 'weakness-differs',
      params: {},
      sides: bySource.flat().map(({ source, claim }) => side(source, claim, claim.value.cwe)),
    });
  }

  #add(
    told: Omit<Disagreement, 'key' | 'vulnerability' | 'certain' | 'product'> &
      Partial<Pick<Disagreement, 'product'>>,
  ): void {
    if (this.found.length >= mostFound) {
      this.notCompared++;
      return;
    }
    const { kind, code, params, product } = told;
    this.found.push({
      ...told,
      product,
      key: [
        kind,
        this.#vulnerability,
        code,
        ...Object.values(product ? [nameKey(product)] : [params['system'] ?? params['of'] ?? '']),
      ].join('|'),
      vulnerability: this.#vulnerability,
      certain: !code.endsWith('-not-comparable') && !code.endsWith('-unclear'),
    });
  }
}

function side(source: string, claim: ClaimFact, says: string): DisagreementSide {
  return { source, by: claim.by, claim: claim.key, says };
}

/** What is found when each is compared with each; a hundred claims of one kind are enough to see that they differ. */
function compareAll<T>(
  items: readonly T[],
  same: (a: T, b: T) => boolean | undefined,
): { no: boolean; unknown: boolean } {
  let [no, unknown] = [false, false];
  const few = items.slice(0, 100);
  for (const [i, one] of few.entries()) {
    for (const other of few.slice(i + 1)) {
      const answer = same(one, other);
      no ||= answer === false;
      unknown ||= answer === undefined;
    }
  }
  return { no, unknown };
}

/* Products */

interface Stated {
  readonly source: string;
  readonly status: StatusValue['status'];
  readonly as: StatusValue['as'];
  readonly byDefault: boolean;
  readonly versions: readonly string[];
  readonly sides: readonly DisagreementSide[];
}

/** Everything that one source says with one word is one statement: "< 2" and "3 to 4" are the affected versions. */
function unionBySource(statements: readonly Statement[]): Stated[] {
  const groups = Map.groupBy(
    statements,
    ({ from, status }) =>
      `${from.source}\n${from.claim.by ?? ''}\n${status.as}\n${status.byDefault ?? false}`,
  );
  return Array.from(groups.values(), (group) => {
    const { from, status } = group[0]!;
    return {
      source: `${from.source}\n${from.claim.by ?? ''}`,
      status: status.status,
      as: status.as,
      byDefault: status.byDefault ?? false,
      versions: [...new Set(group.flatMap(({ product }) => product.versions))],
      sides: group.map(({ from: one, product }) =>
        side(one.source, one.claim, `${status.status}: ${product.versions.join(' | ') || '?'}`),
      ),
    };
  });
}

/** "First affected" names one version, which is no range to be compared with ranges. */
function namesOneEnd({ as }: Stated): boolean {
  return as === 'first_affected' || as === 'last_affected';
}

/**
 * Statements about the same product: the same vendor and name, and no order numbers that tell them apart. A
 * statement without order numbers joins those of its name only where these are all one product.
 */
function* byProduct(claims: readonly Of<'productStatus'>[]): Generator<readonly Statement[]> {
  const byName = new Map<string, Statement[]>();
  for (const from of claims) {
    for (const product of from.claim.subject.products) {
      const key = `${nameKey(product)}|${product.partOf === undefined ? '' : compact(repair(product.partOf))}`;
      const statement = { from, product, status: from.claim.value };
      const list = byName.get(key);
      if (list) list.push(statement);
      else byName.set(key, [statement]);
    }
  }
  for (const statements of byName.values()) {
    if (statements.length < 2) continue;
    const numbers = ({ product }: Statement) =>
      product.orderNumbers.map(normaliseOrderNumber).toSorted().join();
    const groups = Map.groupBy(statements, numbers);
    const without = groups.get('');
    groups.delete('');
    if (groups.size <= 1) yield statements;
    else
      for (const group of without ? [...groups.values(), without] : groups.values())
        if (group.length > 1) yield group;
  }
}

const nameKeys = new Map<string, string>();

function nameKey({ vendor, product }: Pick<ClaimProduct, 'vendor' | 'product'>): string {
  const given = `${vendor}\n${product}`;
  let key = nameKeys.get(given);
  if (key === undefined) {
    const vendors = vendorKeys(vendor.slice(0, 300));
    const name = repair(product.slice(0, 300));
    const bare = withoutVendor(name, vendors);
    key = `${vendors[0] ?? normaliseVendor(vendor.slice(0, 300))}|${compact(bare.replace(/\s+/g, '')) || bare}`;
    if (nameKeys.size < 50_000) nameKeys.set(given, key);
  }
  return key;
}

/** Whether two claims are about a common product; undefined where one names none. */
function shareProducts(a: ClaimFact, b: ClaimFact): boolean | undefined {
  if (a.subject === b.subject && a.subject.products.length) return true;
  if (a.subject.products.length === 0 || b.subject.products.length === 0) return undefined;
  const identity = (product: ClaimProduct) =>
    `${nameKey(product)}|${product.orderNumbers.map(normaliseOrderNumber).join()}|${product.versions.join('\n')}`;
  const sameDocument = new Set(a.subject.products.map(identity));
  if (b.subject.products.some((product) => sameDocument.has(identity(product)))) return true;
  const names = new Set(a.subject.products.map(nameKey));
  return b.subject.products.some((product) => names.has(nameKey(product))) ? undefined : false;
}

/* Values */

type CvssValue = Extract<Extract<ClaimFact, { kind: 'severity' }>['value'], { version: string }>;

function sameScore(a: CvssValue, b: CvssValue): boolean {
  if (a.vector !== undefined && b.vector !== undefined) return metrics(a.vector) === metrics(b.vector);
  return a.base === b.base;
}

/** The base metrics in one order. What some add to them says how much is known today, and 3.0 is 3.1 here. */
function metrics(vector: string): string {
  return vector
    .toUpperCase()
    .split(/[/()\s]+/)
    .filter((metric) => baseMetric.test(metric))
    .toSorted()
    .join('/');
}

/** CVSS 2.0, 3.0, 3.1 and 4.0. */
const baseMetric = /^(?:AV|AC|AU|AT|PR|UI|S|C|I|A|VC|VI|VA|SC|SI|SA):/;

function sameState(a: ExploitationValue['state'], b: ExploitationValue['state']): boolean | undefined {
  if (a === b) return true;
  return a === 'unclear' || b === 'unclear' ? undefined : false;
}

function day(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? date : new Date(time).toISOString().slice(0, 10);
}
