import { aliases, normaliseVendor, vendorNames, vendorsNamed } from './vendors.ts';

/** A vendor, and a product of it where one was meant, as those who make it write them. */
export interface Proposal {
  readonly vendor: string;
  readonly product: string | null;
}

/** A name as it was published, and its words as they are compared, with where each ends in it. */
interface Name {
  readonly vendor: string;
  readonly text: string;
  readonly words: readonly { readonly word: string; readonly end: number }[];
}

/** More names than all vendors together publish; beyond, somebody fills us up. */
const MOST_NAMES = 100_000;
const LONGEST_NAME = 120;
const LONGEST_TYPED = 120;
const MOST_WORDS = 8;

/**
 * Names of products that advisories speak of, asked by people who do not know how they are written: "simens s7 1500" is
 * Siemens SIMATIC S7-1500. A proposal ends where the last word that was typed ends: what follows in the name names one
 * device of many.
 */
export class KnownNames {
  readonly #byVendor = new Map<string, Name[]>();
  readonly #seen = new Set<string>();

  add(vendor: string, product: string): void {
    const text = product.replace(/\s*[([].*$/, '').trim();
    const [key = normaliseVendor(vendor)] = vendorsNamed(vendor);
    if (text === '' || text.length > LONGEST_NAME || this.#seen.size >= MOST_NAMES) return;
    const id = `${key}\n${text}`;
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    const names = this.#byVendor.get(key);
    const name = { vendor: vendorNames.get(key) ?? vendor, text, words: wordsIn(text) };
    if (names) names.push(name);
    else this.#byVendor.set(key, [name]);
  }

  /** The likeliest first. */
  find(typed: string, most = 8): Proposal[] {
    const words = wordsIn(typed.slice(0, LONGEST_TYPED))
      .slice(0, MOST_WORDS)
      .map(({ word }) => word);
    if (words.length === 0) return [];
    const vendors = vendorsLike(words, this.#byVendor.keys());
    const found = vendors.flatMap(({ key, used }) => {
      const rest = words.slice(used);
      const names = this.#byVendor.get(key) ?? [];
      const vendor = vendorNames.get(key) ?? names[0]?.vendor ?? key;
      if (rest.length > 0) return likeliest(rest, names, most);
      // "Modicon" is a vendor to some, and a product.
      return [...likeliest(words, names, most), { vendor, product: null }];
    });
    // Nobody is named: the words may be those of a product.
    const anywhere = found.length > 0 ? [] : likeliest(words, [...this.#byVendor.values()].flat(), most);
    const proposals = [...found, ...anywhere, ...vendors.map(({ key }) => this.#vendorAlone(key))];
    return [...new Map(proposals.map((one) => [`${one.vendor}\n${one.product}`, one])).values()].slice(
      0,
      most,
    );
  }

  #vendorAlone(key: string): Proposal {
    return { vendor: vendorNames.get(key) ?? this.#byVendor.get(key)?.[0]?.vendor ?? key, product: null };
  }
}

/** Letters and digits that stand together, in lower case. */
function wordsIn(text: string): { word: string; end: number }[] {
  return Array.from(text.matchAll(/[\p{L}\p{N}]+/gu), (match) => ({
    word: match[0].normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase(),
    end: match.index + match[0].length,
  }));
}

/** Which vendors the first words may mean, the surest first: an alias before a slip of the pen. */
function vendorsLike(words: readonly string[], known: Iterable<string>): { key: string; used: number }[] {
  for (let used = Math.min(3, words.length); used > 0; used--) {
    const typed = words.slice(0, used).join(' ');
    const exact = vendorsNamed(typed).filter((key) => vendorNames.has(key));
    if (exact.length > 0) return exact.map((key) => ({ key, used }));
  }
  const called = new Map([...Array.from(known, (key) => [key, key] as const), ...aliases]);
  for (let used = Math.min(3, words.length); used > 0; used--) {
    const typed = words.slice(0, used).join(' ');
    const near = [...called].flatMap(([name, key]) => (isNear(typed, name) ? [key] : []));
    if (near.length > 0) return [...new Set(near)].slice(0, 3).map((key) => ({ key, used }));
  }
  return [];
}

function likeliest(words: readonly string[], names: readonly Name[], most: number): Proposal[] {
  const counts = new Map<string, { proposal: Proposal; count: number; slips: number }>();
  for (const { vendor, text, words: has } of names) {
    const match = carries(has, words);
    if (!match) continue;
    const product = text.slice(0, match.end);
    const key = `${vendor}\n${product.toLowerCase()}`;
    const known = counts.get(key);
    if (known) known.count++;
    else counts.set(key, { proposal: { vendor, product }, count: 1, slips: match.slips });
  }
  return [...counts.values()]
    .toSorted(
      (a, b) =>
        a.slips - b.slips || b.count - a.count || a.proposal.product!.length - b.proposal.product!.length,
    )
    .slice(0, most)
    .map(({ proposal }) => proposal);
}

/** Whether a name has all of these words, and where the last of them ends in it. A word may be begun, or have a slip. */
function carries(has: Name['words'], words: readonly string[]): { end: number; slips: number } | undefined {
  let [end, slips] = [0, 0];
  for (const wanted of words) {
    const exact = has.find(({ word }) => word === wanted) ?? has.find(({ word }) => word.startsWith(wanted));
    const found = exact ?? has.find(({ word }) => isNear(wanted, word));
    if (!found) return undefined;
    if (!exact) slips++;
    end = Math.max(end, found.end);
  }
  return { end, slips };
}

/**
 * One slip in words of four to seven characters, two in longer ones, none in numbers: 1500 and 1200 are two products.
 * Optimal string alignment distance, which takes two letters in the wrong order for one slip.
 */
function isNear(typed: string, word: string): boolean {
  if (typed.length < 4 || /\d/.test(typed) || /\d/.test(word)) return false;
  const allowed = typed.length < 8 ? 1 : 2;
  if (Math.abs(typed.length - word.length) > allowed) return false;
  let [before, row] = [[] as number[], Array.from({ length: word.length + 1 }, (_, n) => n)];
  for (let i = 1; i <= typed.length; i++) {
    const next = [i];
    for (let j = 1; j <= word.length; j++) {
      const same = typed[i - 1] === word[j - 1];
      let cost = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1])
        cost = Math.min(cost, before[j - 2]! + 1);
      next.push(cost);
    }
    [before, row] = [row, next];
  }
  return row[word.length]! <= allowed;
}
