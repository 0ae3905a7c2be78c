import type { CsafDocument, Product, ProductStatus, Tlp } from '../documents/document.ts';
import { productStatuses } from '../documents/document.ts';
import { type ProductIdentifier, readIdentifier } from '../products/identifiers.ts';
import { normaliseOrderNumber, orderNumberPattern } from '../products/order-number.ts';
import {
  compact,
  hasDigit,
  inBothNumbers,
  isLine,
  isTelling,
  parseProductName,
  type ProductName,
} from '../products/product-name.ts';
import { untilTaught } from '../products/taught.ts';
import { vendorKeys } from '../products/vendors.ts';
import { repair } from '../text/repair.ts';
import {
  conditionsOf,
  type Expression,
  parseExpression,
  type SerialCondition,
} from '../versions/expression.ts';
import { hasPlaceholder, isWithin, type Version } from '../versions/version.ts';
import type { KnownAsset } from './asset.ts';

/** What of an advisory is needed for matching; plain data, to be stored or sent. Nothing in it is interpreted yet. */
export interface AdvisoryFacts {
  readonly id: string;
  readonly publisher: string;
  readonly version: string;
  readonly title: string;
  readonly tlp: Tlp | undefined;
  readonly vulnerabilities: readonly {
    readonly cve: string | undefined;
    readonly title: string | undefined;
  }[];
  readonly products: readonly ProductFacts[];
}

export interface ProductFacts {
  readonly id: string;
  readonly vendor: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly versionIs: 'version' | 'range' | undefined;
  readonly models: readonly string[];
  /** CPE and package URLs; facts that were kept by earlier programs have none. */
  readonly identifiers?: readonly string[];
  readonly hosted: string | undefined;
  /** [vulnerability, status], both as positions. */
  readonly statuses: readonly (readonly [vulnerability: number, status: number])[];
}

export interface SerialisedIndex {
  readonly format: 1;
  readonly advisories: readonly AdvisoryFacts[];
}

/** A product entry, interpreted. */
export interface Entry {
  readonly advisory: number;
  readonly product: ProductFacts;
  readonly vendors: readonly string[];
  readonly name: ProductName;
  /** CPE and package URLs as they are compared. */
  readonly identifiers: readonly string[];
  readonly orderNumbers: readonly string[];
  readonly numberPatterns: readonly { readonly text: string; readonly pattern: RegExp }[];
  readonly partPatterns: readonly {
    readonly text: string;
    readonly weight: number;
    readonly pattern: RegExp;
  }[];
  readonly expression: Expression;
  /** As the publisher wrote it, without the scheme that only tells a machine how to compare. */
  readonly range: string;
  /** A version in the name is a release train where the range agrees with it … */
  readonly train: Version | undefined;
  /** … and otherwise names hardware: "CP 1242-7 V2 < V3.3.46". */
  readonly hardwareVersion: Version | undefined;
  readonly statuses: ReadonlyMap<number, readonly ProductStatus[]>;
  /** The statuses once more, as a text to be compared. */
  readonly statusTexts: ReadonlyMap<number, string>;
  /**
   * What it says of a device that is found to be the product, as a text: entries with the same say the same, whatever the
   * product is. Undefined where the name of the product has a part in it.
   */
  readonly meaning: string | undefined;
  /** What it asks of the serial number: then equal devices may differ. */
  readonly serials: readonly SerialCondition[];
  /** Whether it says which vulnerability it holds for, beside the statuses. */
  readonly asksVulnerability: boolean;
  /** Entries of one advisory with the same name stand together: their ranges may be trains of one product. */
  readonly group: string;
}

/**
 * Many advisories, blocked by vendor and by the tokens that any matching device must carry, so that one device
 * meets a few dozen entries instead of tens of thousands.
 */
export class AdvisoryIndex {
  readonly advisories: AdvisoryFacts[] = [];
  readonly entries: Entry[] = [];
  readonly #byNumber = new Map<string, number[]>();
  readonly #byVendor = new Map<string, OfVendor>();
  readonly #vendorsByName = new Map<string, Set<string>>();
  /** Of each advisory where its entries begin; those of the next follow. */
  readonly #begins: number[] = [];
  readonly #removed = new Set<number>();

  static of(documents: Iterable<CsafDocument>): AdvisoryIndex {
    const index = new AdvisoryIndex();
    for (const document of documents) index.add(document);
    return index;
  }

  static restore(stored: SerialisedIndex): AdvisoryIndex {
    const index = new AdvisoryIndex();
    for (const advisory of stored.advisories) index.addFacts(advisory);
    return index;
  }

  serialise(): SerialisedIndex {
    return { format: 1, advisories: this.advisories.filter((_, position) => !this.#removed.has(position)) };
  }

  /** Adds one advisory and returns its position. */
  add(document: CsafDocument): number {
    return this.addFacts(advisoryFacts(document));
  }

  addFacts(facts: AdvisoryFacts): number {
    const advisory = this.advisories.push(facts) - 1;
    this.#begins.push(this.entries.length);
    for (const product of facts.products) this.#addEntry(interpret(product, advisory));
    return advisory;
  }

  /** No device meets it any more, and what its products are called tells of no vendor. All positions stay as they are. */
  remove(advisory: number): void {
    if (this.#removed.has(advisory)) return;
    this.#removed.add(advisory);
    const end = this.#begins[advisory + 1] ?? this.entries.length;
    for (let position = this.#begins[advisory] ?? end; position < end; position++)
      this.#removeEntry(position);
  }

  #addEntry(entry: Entry): void {
    const position = this.entries.push(entry) - 1;
    const { numbers, names, needsEvery } = keysOf(entry);
    for (const number of numbers) push(this.#byNumber, number, position);
    for (const vendor of vendorsOf(entry)) {
      let own = this.#byVendor.get(vendor);
      if (!own) this.#byVendor.set(vendor, (own = { entries: 0, byName: new Map(), forAll: [] }));
      own.entries++;
      if (needsEvery) own.forAll.push(position);
      for (const name of names) {
        push(own.byName, name, position);
        const vendors = this.#vendorsByName.get(name);
        if (vendors) vendors.add(vendor);
        else this.#vendorsByName.set(name, new Set([vendor]));
      }
    }
  }

  #removeEntry(position: number): void {
    const entry = this.entries[position]!;
    const { numbers, names } = keysOf(entry);
    for (const number of numbers) take(this.#byNumber, number, position);
    for (const vendor of vendorsOf(entry)) {
      const own = this.#byVendor.get(vendor)!;
      own.forAll = own.forAll.filter((one) => one !== position);
      for (const name of names) {
        take(own.byName, name, position);
        if (own.byName.has(name)) continue;
        const vendors = this.#vendorsByName.get(name);
        vendors?.delete(vendor);
        if (vendors?.size === 0) this.#vendorsByName.delete(name);
      }
      if (--own.entries === 0) this.#byVendor.delete(vendor);
    }
  }

  hasVendor(key: string): boolean {
    return this.#byVendor.has(key);
  }

  /** Whose products have such names, those with most of them first; in one order, whichever came first or came back. */
  vendorsNaming(names: readonly string[]): string[] {
    const counts = new Map<string, number>();
    for (const name of names) {
      const vendors = this.#vendorsByName.get(name);
      if (!vendors || vendors.size > MOST_VENDORS_OF_A_NAME) continue;
      for (const vendor of vendors) counts.set(vendor, (counts.get(vendor) ?? 0) + 1);
    }
    return [...counts]
      .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, MOST_GUESSES)
      .map(([vendor]) => vendor);
  }

  /** Positions of the entries that a device could meet. */
  candidates({ keys, vendors }: KnownAsset): Set<number> {
    const found = new Set<number>();
    for (const number of keys.numbers) addAll(found, this.#byNumber.get(number));
    for (const vendor of [...vendors, anyVendor]) {
      const own = this.#byVendor.get(vendor);
      if (!own) continue;
      addAll(found, own.forAll);
      for (const name of keys.names) addAll(found, own.byName.get(name));
    }
    return found;
  }

  /** By what the devices are found that an entry could speak of, each key once; of these vendors, all devices. */
  get keys(): Record<'numbers' | 'names' | 'vendors', Iterable<string>> {
    return {
      numbers: this.#byNumber.keys(),
      names: this.#vendorsByName.keys(),
      vendors: [...this.#byVendor].flatMap(([vendor, { forAll }]) => (forAll.length > 0 ? vendor : [])),
    };
  }
}

interface OfVendor {
  entries: number;
  readonly byName: Map<string, number[]>;
  /** To be tried on every device of the vendor, because patterns have no key. */
  forAll: number[];
}

/** "server" is in the names of hundreds; it tells of nobody. */
const MOST_VENDORS_OF_A_NAME = 40;
const MOST_GUESSES = 6;

/** Entries whose vendor nobody named ("multiple") are tried for all. */
export const anyVendor = '*';

function push(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function take(map: Map<string, number[]>, key: string, value: number): void {
  const left = map.get(key)?.filter((one) => one !== value) ?? [];
  if (left.length > 0) map.set(key, left);
  else map.delete(key);
}

function addAll(set: Set<number>, positions: readonly number[] | undefined): void {
  if (positions) for (const position of positions) set.add(position);
}

/** `needsEvery`: no key would find all devices that fit, so that all of the vendor have to be tried. */
function keysOf({ name, identifiers, orderNumbers, numberPatterns, partPatterns }: Entry): {
  readonly numbers: readonly string[];
  readonly names: readonly string[];
  readonly needsEvery: boolean;
} {
  const starts = [...numberPatterns, ...partPatterns].map(
    ({ pattern }) => /^\^([A-Z0-9]{3})[A-Z0-9]*(?![?{*])/.exec(pattern.source)?.[1],
  );
  return {
    numbers: [...orderNumbers, ...identifiers],
    names: [
      ...new Set([
        ...blockingTokens(name),
        ...name.squeezed.map((text) => `=${text}`),
        ...name.seriesTokens.map((series) => `^${compact(series)}`),
        ...starts.flatMap((start) => (start === undefined ? [] : [`~${start}`])),
      ]),
    ],
    needsEvery: starts.includes(undefined),
  };
}

function vendorsOf({ vendors }: Entry): readonly string[] {
  return vendors.length ? vendors : [anyVendor];
}

/** One token that must be there is enough to find an entry; telling ones can each be the only one a scan sees. */
function blockingTokens({ tokens }: ProductName): string[] {
  const telling = tokens.flatMap((alternatives) => alternatives.filter(isTelling));
  const digits = tokens.filter((alternatives) => alternatives.some(hasDigit));
  const needed = (digits.length ? digits : tokens).toSorted((a, b) => b[0]!.length - a[0]!.length)[0] ?? [];
  const types = digits.flatMap((alternatives) =>
    alternatives.filter((token) => token.length >= 4 && hasDigit(token) && !isLine(token)),
  );
  return [...telling, ...types, ...needed.flatMap(inBothNumbers)];
}

export function advisoryFacts(document: CsafDocument): AdvisoryFacts {
  const statuses = new Map<string, (readonly [number, number])[]>();
  for (const [vulnerability, { statuses: lists }] of document.vulnerabilities.entries()) {
    for (const [status, name] of productStatuses.entries()) {
      for (const id of lists[name] ?? []) {
        const list = statuses.get(id);
        if (list) list.push([vulnerability, status]);
        else statuses.set(id, [[vulnerability, status]]);
      }
    }
  }
  const combined = new Set(document.products.map(({ combines }) => combines?.product));
  const names = new Map(document.products.map(({ id, productName, name }) => [id, productName ?? name]));
  return {
    id: document.tracking.id,
    publisher: document.publisher.name,
    version: document.tracking.version,
    title: document.title,
    tlp: document.tlp,
    vulnerabilities: document.vulnerabilities.map(({ cve, title }) => ({ cve, title })),
    products: (isOver(document) ? [] : document.products)
      // A component that only matters as part of other products carries no status of its own.
      .filter(({ id }) => statuses.has(id) || !combined.has(id))
      .map((product) => ({
        id: product.id,
        vendor: product.vendor ?? '',
        name:
          [product.family, product.productName].filter((text) => text !== undefined).join(' ') ||
          product.name,
        version: product.version?.text,
        versionIs: product.version?.category,
        ...identifiersOf(product),
        models: [...(product.helper?.modelNumbers ?? []), ...(product.helper?.skus ?? [])],
        hosted: product.combines && names.get(product.combines.with),
        statuses: statuses.get(product.id) ?? [],
      })),
  };
}

function identifiersOf({ helper }: Product): Pick<ProductFacts, 'identifiers'> {
  const identifiers = [...(helper?.cpe === undefined ? [] : [helper.cpe]), ...(helper?.purls ?? [])];
  return identifiers.length > 0 ? { identifiers } : {};
}

/** What was withdrawn or superseded warns of nothing, whatever products it still lists (CSAF 2.1 sections 4.6 and 4.7). */
const isOver = ({ category }: CsafDocument) => /^(?:csaf_)?(?:withdrawn|superseded)$/i.test(category.trim());

const names = untilTaught(new Map<string, ProductName>());
const serialPhrase = /\b(?:the )?(?:first )?\w+ digits of (?:the )?serial n(?:umber|o)\.?\s*$/i;

function interpret(stated: ProductFacts, advisory: number): Entry {
  const named = (stated.identifiers ?? [])
    .slice(0, MOST_IDENTIFIERS)
    .flatMap((one) => readIdentifier(one) ?? []);
  const product = withVersionOf(named, withNameFromVersion(stated));
  const vendors = vendorKeys(product.vendor);
  const key = `${product.vendor}\n${product.name}`;
  let name = names.get(key);
  if (!name) {
    name = parseProductName(product.name.slice(0, 600).replace(serialPhrase, ' '), vendors);
    if (names.size < 50_000) names.set(key, name);
  }
  const models = product.models.filter((model) => model.length <= LONGEST_MODEL);
  const numberPatterns = models
    .filter((model) => /[?*]/.test(model))
    .map((text) => ({ text, pattern: orderNumberPattern(text) }));
  const listed = new Set([
    ...models.filter((model) => !/[?*]/.test(model)).map(normaliseOrderNumber),
    ...name.orderNumbers,
  ]);

  // A model number where the version should be names the device and says nothing about versions.
  const inVersion = product.version === undefined ? [] : modelsInVersion(product.version);
  for (const model of inVersion) {
    if (/x/i.test(model.replace(/^[^\d]*/, '')))
      numberPatterns.push({ text: model, pattern: orderNumberPattern(model.replace(/x/gi, '?')) });
    else listed.add(normaliseOrderNumber(model));
  }
  // "The first 5 digits of serial No." at the end of the name belongs to the number that follows.
  const serial = serialPhrase.exec(product.name);
  const own = inVersion.length
    ? ({ is: 'all' } as const)
    : parseExpression(`${serial?.[0] ?? ''} ${product.version ?? '*'}`.trim());
  const needed: Expression[] = [
    own,
    ...(name.versions ? [name.versions] : []),
    ...name.conditions.map((condition) => ({ is: 'condition', condition }) as const),
  ];
  const inTrain =
    name.train && boundsOf(own).every((bound) => isWithin(bound, name.train!) || hasPlaceholder(bound));
  const statuses = new Map<number, ProductStatus[]>();
  for (const [vulnerability, status] of product.statuses) {
    const list = statuses.get(vulnerability);
    if (list) list.push(productStatuses[status]!);
    else statuses.set(vulnerability, [productStatuses[status]!]);
  }
  const conditions = needed.flatMap(conditionsOf);
  const expression: Expression = needed.length === 1 ? own : { is: 'every', of: needed };
  const train = inTrain ? name.train : undefined;
  const said = JSON.stringify([expression, train?.text, product.hosted, product.statuses]);
  return {
    advisory,
    product,
    vendors,
    name,
    identifiers: [...new Set(named.map(({ key }) => key))],
    orderNumbers: [...listed].filter(Boolean),
    numberPatterns,
    partPatterns: name.patterns.map(({ text: pattern, weight, source }) => ({
      text: pattern,
      weight,
      pattern: patternOf(source),
    })),
    range: (product.version?.trim() ?? '*')
      .replace(/^vers:[a-z0-9.+-]+\//i, '')
      .replace(/^\*$/, 'all versions'),
    expression,
    train,
    meaning: said.includes('"component":') ? undefined : said,
    hardwareVersion: inTrain ? undefined : name.train,
    statuses,
    statusTexts: new Map(Array.from(statuses, ([number, list]) => [number, `${product.id} ${list.join()}`])),
    serials: conditions.filter((condition) => condition.on === 'serial'),
    asksVulnerability: conditions.some(({ on }) => on === 'vulnerability'),
    group: `${advisory}\n${repair(product.name).toLowerCase()}`,
  };
}

/** "CODESYS V3 products", version "CODESYS Control for BeagleBone": the product stands where its version should. */
function withNameFromVersion(product: ProductFacts): ProductFacts {
  const text = product.version ?? '';
  const [first, second] = text.trim().split(/\s+/);
  const isName =
    product.versionIs === 'version' &&
    second !== undefined &&
    /^[a-z]{4,}$/i.test(first!) &&
    product.name.toLowerCase().startsWith(first!.toLowerCase());
  return isName ? { ...product, name: text, version: undefined, versionIs: undefined } : product;
}

/** Where no version stands in the tree, the one that all identifiers name is meant. */
function withVersionOf(named: readonly ProductIdentifier[], product: ProductFacts): ProductFacts {
  const [version, ...others] = new Set(named.map((one) => one.version));
  return product.version === undefined && version !== undefined && others.length === 0
    ? { ...product, version, versionIs: 'version' }
    : product;
}

const MOST_IDENTIFIERS = 100;
const LONGEST_MODEL = 200;

/** Rockwell, Siemens and WAGO numbers, and what looks like one: never a version. */
const modelAsVersion =
  /^(?:\d{4}[A-Z]{0,2}-[A-Z][A-Z0-9]{2,}|6[A-Z]{2}\d.{4,}|[A-Z]{3,}[A-Z0-9]*-[A-Z0-9-]{3,},?|750-\d[\dx]{2,3}(?:\/[\dx]{3}-[\dx]{3})?)$/;

function modelsInVersion(text: string): string[] {
  if (text.length > LONGEST_MODEL) return [];
  const parts = repair(text)
    .split(/\s*\|\s*/)
    .map((part) => part.replace(/,$/, ''));
  return parts.every((part) => modelAsVersion.test(part)) ? parts : [];
}

const compiled = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  let pattern = compiled.get(source);
  if (!pattern) compiled.set(source, (pattern = new RegExp(source)));
  return pattern;
}

function boundsOf(expression: Expression): Version[] {
  switch (expression.is) {
    case 'exact':
      return [expression.version];
    case 'interval':
      return expression.upper
        ? [expression.upper.version]
        : expression.lower
          ? [expression.lower.version]
          : [];
    case 'any':
    case 'every':
    case 'trains':
      return expression.of.flatMap(boundsOf);
    default:
      return [];
  }
}
