import type {
  BranchJson,
  CsafJson,
  CvssJson,
  CweJson,
  DocumentJson,
  ForProductsJson,
  FullProductNameJson,
  ProductStatusJson,
  ProductTreeJson,
  RevisionJson,
  ScoreContentJson,
  TrackingJson,
  VulnerabilityJson,
} from './csaf-json.ts';
import { compareDocumentVersions, type DocumentVersion, parseDocumentVersion } from './document-version.ts';
import { instantOf } from './instant.ts';
import { ProductNumbers, ProductSet } from './product-numbers.ts';
import type { CsafVersion, Path } from './rule.ts';
import { parseVersionRange, type RangeProblem, type VersionRange } from './version-range.ts';
import type { Misfit, MisfitParams, Steps } from './shape/shape.ts';

/** Where a product is defined: its full product name object. */
export interface ProductPlace {
  readonly id: string | undefined;
  readonly product: FullProductNameJson;
  readonly at: Path;
  /** The branch it is the leaf of. */
  readonly branch: BranchPlace | undefined;
}

export interface BranchPlace {
  readonly branch: BranchJson;
  readonly at: Path;
  /** From 1. */
  readonly depth: number;
  readonly parent: BranchPlace | undefined;
}

/** A list of ids of products or groups, as they are referred to; '' where an item is no text. */
export interface IdList {
  readonly ids: readonly string[];
  readonly at: Path;
}

/** A single reference to a product. */
export interface IdLink {
  readonly id: string;
  readonly at: Path;
}

export interface RevisionPlace {
  readonly revision: RevisionJson;
  readonly at: Path;
  /** See `instantOf`; undefined for what is no date. */
  readonly instant: number | undefined;
  readonly number: DocumentVersion | undefined;
}

/** An entry of `scores` in 2.0, where content and entry are one, or of `metrics` in 2.1. */
export interface ScorePlace {
  /** Index of the vulnerability. */
  readonly vulnerability: number;
  readonly products: readonly string[];
  readonly content: ScoreContentJson;
  /** Who rated; the issuing party itself when not said. 2.1. */
  readonly source: string | undefined;
  readonly at: Path;
  readonly contentAt: Path;
}

export interface CvssPlace {
  readonly field: 'cvss_v2' | 'cvss_v3' | 'cvss_v4';
  readonly cvss: CvssJson;
  readonly score: ScorePlace;
  readonly at: Path;
}

/** The weakness of a vulnerability in 2.0, one of several in 2.1. */
export interface CwePlace {
  readonly cwe: CweJson;
  readonly at: Path;
}

/** What product status says of a product, in bits (CSAF section 3.2.3.9; in 2.1 3.2.4.12). */
export const productStates = {
  affected: 1,
  notAffected: 2,
  fixed: 4,
  underInvestigation: 8,
  unknown: 16,
  recommended: 32,
} as const;

export const stateOfStatus: Readonly<Record<ProductStatusJson, number>> = {
  first_affected: productStates.affected,
  known_affected: productStates.affected,
  last_affected: productStates.affected,
  known_not_affected: productStates.notAffected,
  first_fixed: productStates.fixed,
  fixed: productStates.fixed,
  under_investigation: productStates.underInvestigation,
  unknown: productStates.unknown,
  recommended: productStates.recommended,
};

/** More than that a real document does not say by way of groups. */
const mostResolved = 2_000_000;

/** Something that is not as the schema has it. */
export interface MisfitPlace {
  readonly misfit: Misfit;
  readonly steps: Steps;
  readonly params: MisfitParams;
}

export interface UnsortedPlace {
  readonly at: Steps;
  /** The field before it. */
  readonly other: string;
}

/** A document under test, and what several rules ask of it; each answer is worked out once, when it is first asked for. */
export class Subject {
  readonly version: CsafVersion;
  readonly root: CsafJson;
  /** Bounded, as findings are; so is what follows. */
  readonly misfits: readonly MisfitPlace[];
  /** Fields that the schema does not know and allows. */
  readonly extras: readonly Steps[];
  /** Of each object the first field that stands behind one it should precede, also in what the schema does not know. */
  readonly unsorted: readonly UnsortedPlace[];

  constructor({
    version,
    root,
    misfits = [],
    extras = [],
    unsorted = [],
  }: Pick<Subject, 'version' | 'root'> & Partial<Pick<Subject, 'misfits' | 'extras' | 'unsorted'>>) {
    this.version = version;
    this.root = root;
    this.misfits = misfits;
    this.extras = extras;
    this.unsorted = unsorted;
  }

  get document(): DocumentJson {
    return this.root.document ?? {};
  }

  get tracking(): TrackingJson {
    return this.root.document?.tracking ?? {};
  }

  get productTree(): ProductTreeJson {
    return this.root.product_tree ?? {};
  }

  get vulnerabilities(): readonly VulnerabilityJson[] {
    return this.root.vulnerabilities ?? [];
  }

  #branches: readonly BranchPlace[] | undefined;
  /** All branches, each before those in it, in the order of the document. */
  get branches(): readonly BranchPlace[] {
    return (this.#branches ??= branchesIn(this.productTree));
  }

  #products: readonly ProductPlace[] | undefined;
  /** All definitions of products, also those that repeat an id. */
  get products(): readonly ProductPlace[] {
    return (this.#products ??= productsIn(this.productTree, this.branches));
  }

  #productsById: ReadonlyMap<string, ProductPlace> | undefined;
  /** The first definition of each id. */
  get productsById(): ReadonlyMap<string, ProductPlace> {
    return (this.#productsById ??= firstById(this.products));
  }

  #lists: IdLists | undefined;
  /** Every list of product ids, wherever one may stand. */
  get productLists(): readonly IdList[] {
    return (this.#lists ??= listsIn(this)).products;
  }

  get groupLists(): readonly IdList[] {
    return (this.#lists ??= listsIn(this)).groups;
  }

  #productLinks: readonly IdLink[] | undefined;
  /** Products that others are made of: relationships in 2.0, product paths in 2.1. */
  get productLinks(): readonly IdLink[] {
    return (this.#productLinks ??= linksIn(this.productTree));
  }

  #numbers: ProductNumbers | undefined;
  get productNumbers(): ProductNumbers {
    return (this.#numbers ??= new ProductNumbers(this.products, this.productLists, this.productLinks));
  }

  /** An empty set of products of this document. */
  productSet(): ProductSet {
    return new ProductSet(this.productNumbers, this.groups);
  }

  #groups: ReadonlyMap<string, readonly string[]> | undefined;
  /** The products of each group; the first definition of an id counts. */
  get groups(): ReadonlyMap<string, readonly string[]> {
    if (!this.#groups) {
      const groups = new Map<string, readonly string[]>();
      for (const { group_id: id, product_ids: products = [] } of this.productTree.product_groups ?? [])
        if (id !== undefined && !groups.has(id)) groups.set(id, products);
      this.#groups = groups;
    }
    return this.#groups;
  }

  readonly #productsOf = new Map<ForProductsJson, ReadonlySet<string>>();
  readonly #productsOfGroups = new Map<string, ReadonlySet<string>>();
  #resolved = 0;
  /**
   * The products something is about, with its groups resolved; undefined when it names neither. A few bytes may name a
   * group of many products: once so many have been named, groups are left out.
   */
  productsOf(entry: ForProductsJson): ReadonlySet<string> | undefined {
    const { product_ids: ids, group_ids: groups } = entry;
    if (ids === undefined && groups === undefined) return undefined;
    const known = this.#productsOf.get(entry);
    if (known) return known;
    const isTooMuch = this.#resolved > mostResolved;
    const all = this.#productsIn(ids, isTooMuch ? [] : (groups ?? []));
    if (groups) this.#resolved += all.size;
    this.#productsOf.set(entry, all);
    return all;
  }

  /** Those of a single group are the same set for everything that names it. */
  #productsIn(ids: readonly string[] | undefined, groups: readonly string[]): ReadonlySet<string> {
    const [group, another] = groups;
    const isOneGroup = !ids && group !== undefined && another === undefined;
    const known = isOneGroup ? this.#productsOfGroups.get(group) : undefined;
    if (known) return known;
    const all = new Set(ids);
    for (const one of groups) for (const id of this.groups.get(one) ?? []) all.add(id);
    all.delete('');
    if (isOneGroup) this.#productsOfGroups.set(group, all);
    return all;
  }

  readonly #ranges = new Map<string, VersionRange | RangeProblem>();
  /** A version range as several rules read it. */
  rangeOf(text: string): VersionRange | RangeProblem {
    let range = this.#ranges.get(text);
    if (range === undefined) this.#ranges.set(text, (range = parseVersionRange(text)));
    return range;
  }

  readonly #states: ReadonlyMap<string, number>[] = [];
  /** What the product status of a vulnerability says of each product it names: bits of `productStates`. */
  states(vulnerability: number): ReadonlyMap<string, number> {
    return (this.#states[vulnerability] ??= statesIn(this.vulnerabilities[vulnerability]));
  }

  #documentVersion: DocumentVersion | undefined;
  /** Undefined where it is none. */
  get documentVersion(): DocumentVersion | undefined {
    return (this.#documentVersion ??= parseDocumentVersion(this.tracking.version));
  }

  #revisions: readonly RevisionPlace[] | undefined;
  /** As they stand. */
  get revisions(): readonly RevisionPlace[] {
    return (this.#revisions ??= (this.tracking.revision_history ?? []).map((revision, i) => ({
      revision,
      at: ['document', 'tracking', 'revision_history', i],
      instant: instantOf(revision.date),
      number: parseDocumentVersion(revision.number),
    })));
  }

  #sortedRevisions: readonly RevisionPlace[] | undefined;
  /** By date, those of the same date by number; what is neither date nor number keeps its place among equals. */
  get sortedRevisions(): readonly RevisionPlace[] {
    return (this.#sortedRevisions ??= this.revisions.toSorted(compareRevisions));
  }

  #scores: readonly ScorePlace[] | undefined;
  get scores(): readonly ScorePlace[] {
    return (this.#scores ??= scoresIn(this.vulnerabilities));
  }

  #cvss: readonly CvssPlace[] | undefined;
  get cvss(): readonly CvssPlace[] {
    return (this.#cvss ??= cvssIn(this.scores));
  }

  #cwes: readonly CwePlace[] | undefined;
  get cwes(): readonly CwePlace[] {
    return (this.#cwes ??= cwesIn(this.vulnerabilities));
  }
}

export function compareRevisions(a: RevisionPlace, b: RevisionPlace): number {
  const byDate = (a.instant ?? 0) - (b.instant ?? 0);
  if (byDate !== 0) return byDate;
  return a.number && b.number ? compareDocumentVersions(a.number, b.number) : 0;
}

function branchesIn({ branches = [] }: ProductTreeJson): BranchPlace[] {
  const found: BranchPlace[] = [];
  const waiting: BranchPlace[] = [];
  const push = (list: readonly BranchJson[], at: Path, parent: BranchPlace | undefined) => {
    for (let i = list.length - 1; i >= 0; i--)
      waiting.push({ branch: list[i]!, at: [at, i], depth: (parent?.depth ?? 0) + 1, parent });
  };
  push(branches, ['product_tree', 'branches'], undefined);
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    found.push(place);
    if (place.branch.branches) push(place.branch.branches, [place.at, 'branches'], place);
  }
  return found;
}

function productsIn(tree: ProductTreeJson, branches: readonly BranchPlace[]): ProductPlace[] {
  const found: ProductPlace[] = [];
  const add = (product: FullProductNameJson | undefined, at: Path, branch?: BranchPlace) => {
    if (product) found.push({ id: product.product_id, product, at, branch });
  };
  for (const branch of branches)
    if (branch.branch.product) add(branch.branch.product, [branch.at, 'product'], branch);
  for (const [i, product] of (tree.full_product_names ?? []).entries())
    add(product, ['product_tree', 'full_product_names', i]);
  for (const field of ['relationships', 'product_paths'] as const)
    for (const [i, { full_product_name: product }] of (tree[field] ?? []).entries())
      add(product, ['product_tree', field, i, 'full_product_name']);
  return found;
}

function firstById(products: readonly ProductPlace[]): Map<string, ProductPlace> {
  const first = new Map<string, ProductPlace>();
  for (const place of products) if (place.id && !first.has(place.id)) first.set(place.id, place);
  return first;
}

/** Where in a vulnerability there are entries that name the products or groups they are about. */
const forProducts = [
  'first_known_exploitation_dates',
  'flags',
  'ids',
  'involvements',
  'notes',
  'remediations',
  'threats',
] as const;

interface IdLists {
  readonly products: readonly IdList[];
  readonly groups: readonly IdList[];
}

function listsIn({ document, productTree, vulnerabilities, version }: Subject): IdLists {
  const products: IdList[] = [];
  const groups: IdList[] = [];
  const add = (entries: readonly ForProductsJson[], at: Path) => {
    for (let i = 0; i < entries.length; i++) {
      const { product_ids: ids, group_ids: groupIds } = entries[i]!;
      if (ids) products.push({ ids, at: [at, i, 'product_ids'] });
      if (groupIds) groups.push({ ids: groupIds, at: [at, i, 'group_ids'] });
    }
  };
  if (version === '2.1') {
    add(document.notes ?? [], ['document', 'notes']);
    add(document.involvement?.actions ?? [], ['document', 'involvement', 'actions']);
  }
  for (const [i, { product_ids: ids }] of (productTree.product_groups ?? []).entries())
    if (ids) products.push({ ids, at: ['product_tree', 'product_groups', i, 'product_ids'] });
  for (let v = 0; v < vulnerabilities.length; v++) {
    const vulnerability = vulnerabilities[v]!;
    const at: Path = ['vulnerabilities', v];
    const { product_status: statuses = {}, scores, metrics } = vulnerability;
    for (const status in statuses) {
      const ids = statuses[status as ProductStatusJson];
      if (ids) products.push({ ids, at: [at, 'product_status', status] });
    }
    for (const [i, { products: ids }] of (scores ?? []).entries())
      if (ids) products.push({ ids, at: [at, 'scores', i, 'products'] });
    for (const [i, { products: ids }] of (metrics ?? []).entries())
      if (ids) products.push({ ids, at: [at, 'metrics', i, 'products'] });
    for (const name of forProducts) {
      const entries = vulnerability[name];
      if (entries) add(entries, [at, name]);
    }
  }
  return { products, groups };
}

function linksIn({ relationships = [], product_paths: paths = [] }: ProductTreeJson): IdLink[] {
  const links: IdLink[] = [];
  const add = (id: string | undefined, at: Path) => {
    if (id !== undefined) links.push({ id, at });
  };
  for (const [i, relationship] of relationships.entries())
    for (const field of ['product_reference', 'relates_to_product_reference'] as const)
      add(relationship[field], ['product_tree', 'relationships', i, field]);
  for (const [i, { beginning_product_reference: first, subpaths = [] }] of paths.entries()) {
    const at = ['product_tree', 'product_paths', i];
    add(first, [at, 'beginning_product_reference']);
    for (const [j, { next_product_reference: next }] of subpaths.entries())
      add(next, [at, 'subpaths', j, 'next_product_reference']);
  }
  return links;
}

function statesIn(vulnerability: VulnerabilityJson | undefined): ReadonlyMap<string, number> {
  const states = new Map<string, number>();
  for (const [status, ids] of Object.entries(vulnerability?.product_status ?? {})) {
    if (!Object.hasOwn(stateOfStatus, status)) continue;
    const state = stateOfStatus[status as ProductStatusJson];
    for (const id of ids) if (id !== '') states.set(id, (states.get(id) ?? 0) | state);
  }
  return states;
}

function scoresIn(vulnerabilities: readonly VulnerabilityJson[]): ScorePlace[] {
  const found: ScorePlace[] = [];
  for (let v = 0; v < vulnerabilities.length; v++) {
    const { scores = [], metrics = [] } = vulnerabilities[v]!;
    for (let i = 0; i < scores.length; i++) {
      const content = scores[i]!;
      const at = ['vulnerabilities', v, 'scores', i];
      const { products = [] } = content;
      found.push({ vulnerability: v, products, content, source: undefined, at, contentAt: at });
    }
    for (let i = 0; i < metrics.length; i++) {
      const { products = [], content = {}, source } = metrics[i]!;
      const at = ['vulnerabilities', v, 'metrics', i];
      found.push({ vulnerability: v, products, content, source, at, contentAt: [at, 'content'] });
    }
  }
  return found;
}

function cvssIn(scores: readonly ScorePlace[]): CvssPlace[] {
  const found: CvssPlace[] = [];
  for (const score of scores) {
    const { cvss_v2: v2, cvss_v3: v3, cvss_v4: v4 } = score.content;
    const add = (field: CvssPlace['field'], cvss: CvssJson | undefined) => {
      if (cvss) found.push({ field, cvss, score, at: [score.contentAt, field] });
    };
    add('cvss_v2', v2);
    add('cvss_v3', v3);
    add('cvss_v4', v4);
  }
  return found;
}

function cwesIn(vulnerabilities: readonly VulnerabilityJson[]): CwePlace[] {
  const found: CwePlace[] = [];
  for (let v = 0; v < vulnerabilities.length; v++) {
    const { cwe, cwes = [] } = vulnerabilities[v]!;
    if (cwe) found.push({ cwe, at: ['vulnerabilities', v, 'cwe'] });
    for (let i = 0; i < cwes.length; i++)
      found.push({ cwe: cwes[i]!, at: ['vulnerabilities', v, 'cwes', i] });
  }
  return found;
}
