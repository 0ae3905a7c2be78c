import { repair } from '../text/repair.ts';
import table from './data/vendors.json' with { type: 'json' };

/** Names of a vendor that an instance adds to those of vendors.json, in any writing. */
export interface TaughtVendor {
  readonly vendor: string;
  readonly name?: string | undefined;
  readonly aliases: readonly string[];
}

/** The key of a vendor by each name it goes by, in lower case. */
export let aliases: ReadonlyMap<string, string>;
/** How each vendor that we know of writes itself, by its key. */
export let vendorNames: ReadonlyMap<string, string>;
/** Names in scripts that put no blanks between words: they are looked for anywhere in a text. */
let unspacedNames: readonly string[];
/** Names so long that whoever puts them first means them: "philips patient monitoring". */
let distinctNames: ReadonlySet<string>;
/** Names that were only taught: documents that were kept before go by them, too. */
let taughtNames: ReadonlySet<string>;
const cache = new Map<string, string[]>();
const generalWords = new Set([...table.generalWords, ...table.legalForms.flatMap((form) => form.split(' '))]);
const interfaceMakers = new Set(table.interfaceMakers);

const legalForms = new RegExp(`\\s(?:${alternatives(table.legalForms)})$`);
const legalFormsBefore = new RegExp(`^(?:${alternatives(table.legalFormsBefore)})\\s`);

function alternatives(words: readonly string[]): string {
  return words.map((word) => word.replace(/[+&]/g, String.raw`\$&`)).join('|');
}

teachVendors([]);

/** Takes these in place of those taught before. A name that several vendors go by belongs to the one who was taught last. */
export function teachVendors(taught: readonly TaughtVendor[]): void {
  const names = new Map(
    table.vendors.flatMap(({ vendor, aliases: others }) =>
      [vendor, ...others].map((name) => [name, vendor] as const),
    ),
  );
  const written = new Map(table.vendors.map(({ vendor, name }) => [vendor, name]));
  const own = new Set<string>();
  for (const { vendor, name, aliases: others } of taught) {
    const said = normaliseVendor(vendor);
    const key = names.get(said) ?? said;
    if (name !== undefined || !written.has(key)) written.set(key, name ?? vendor);
    for (const other of [said, ...others.map(normaliseVendor)]) {
      if (names.get(other) === key) continue;
      names.set(other, key);
      if (other !== key) own.add(other);
    }
  }
  [aliases, vendorNames, taughtNames] = [names, written, own];
  unspacedNames = [...names.keys()]
    .filter((name) => /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(name))
    .toSorted((a, b) => b.length - a.length);
  distinctNames = new Set([...written.keys()].filter((vendor) => /^\p{L}{6,}$/u.test(vendor)));
  cache.clear();
}

/** Whether vendors.json has somebody of exactly this key: nobody else may be taught to go by it. */
export const isVendorOfOurs = (key: string): boolean => table.vendors.some(({ vendor }) => vendor === key);

/** Longer texts are no names of companies. */
const LONGEST = 300;
const MOST_WORDS = 8;

/**
 * The keys by which a vendor is compared. A combined entry ("PHOENIX CONTACT, Innominate Security
 * Technologies") has several; one that names nobody ("multiple", "n/a") has none.
 */
export function vendorKeys(raw: string): string[] {
  const known = cache.get(raw);
  if (known) return known;
  const unique = [...new Set(readVendor(raw.slice(0, LONGEST)))];
  if (cache.size < 10_000 && raw.length <= LONGEST) cache.set(raw, unique);
  return unique;
}

const nobody = /^(?:|n\/?\s?a|none|multiple.*|various|unknown|inc|llc|ltd|co|gmbh|company|corp|a|the)$/;

function readVendor(raw: string): string[] {
  const whole = normaliseVendor(raw);
  if (nobody.test(whole)) return [];
  const direct = aliases.get(whole);
  if (direct !== undefined) return taughtNames.has(whole) ? [direct, whole] : [direct];
  const parts = repair(raw)
    .split(/,|;|\/|[()（）]|\band\b|&(?=\s)|\ba subsidiary of\b|\ban affiliate of\b|\s-\s/i)
    .map(normaliseVendor);
  const keys = [whole, ...parts]
    .filter((name) => !nobody.test(name))
    .flatMap((name) => {
      const vendor = aliases.get(name) ?? longer(name);
      return vendor === undefined ? name : [vendor, name];
    });
  return keys;
}

/**
 * A known vendor inside a longer name: at its start, where general words follow ("delta electronics netherlands") or it is
 * distinct itself; a name of several words anywhere; one in a script without blanks.
 */
function longer(name: string): string | undefined {
  const words = name.split(' ', MOST_WORDS);
  for (let count = words.length - 1; count > 0; count--) {
    const vendor = aliases.get(words.slice(0, count).join(' '));
    if (vendor !== undefined && words.slice(count).every((word) => generalWords.has(word))) return vendor;
    if (count < 2) continue;
    for (let start = 1; start + count <= words.length; start++) {
      const inside = aliases.get(words.slice(start, start + count).join(' '));
      if (inside !== undefined) return inside;
    }
  }
  if (distinctNames.has(words[0]!)) return words[0];
  const unspaced = unspacedNames.find((one) => name.includes(one));
  return unspaced === undefined ? undefined : aliases.get(unspaced);
}

/** The keys of vendors that go by exactly this name; of others, none. */
export function vendorsNamed(raw: string): string[] {
  const vendor = aliases.get(normaliseVendor(raw.slice(0, LONGEST)));
  return vendor === undefined ? [] : [vendor];
}

/** Whether a name stands for whoever made the network chip, as the register of MAC addresses has it. */
export function isInterfaceMaker(raw: string): boolean {
  const name = normaliseVendor(raw.slice(0, LONGEST));
  return (
    interfaceMakers.has(name) ||
    interfaceMakers.has(
      name
        .split(' ')
        .filter((word) => !generalWords.has(word))
        .join(' '),
    )
  );
}

/** Lower case, no accents, no punctuation, no legal form. */
export function normaliseVendor(raw: string): string {
  let name = repair(raw)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}&+]+/gu, ' ')
    .trim();
  for (let shorter = shortened(name); shorter !== name; shorter = shortened(name)) name = shorter;
  return name;
}

function shortened(name: string): string {
  return name
    .replace(legalForms, '')
    .replace(legalFormsBefore, '')
    .replace(/[&+\s]+$/, '');
}

/** The name without the vendor at its start or end: "BD Pyxis" is a Pyxis to those who know that it is BD's. */
export function withoutVendor(name: string, vendors: readonly string[]): string {
  const words = name.trim().split(/\s+/);
  for (let count = Math.min(4, words.length - 1); count > 0; count--) {
    const start = normaliseVendor(words.slice(0, count).join(' '));
    if (vendors.includes(aliases.get(start) ?? start))
      return withoutVendor(words.slice(count).join(' '), vendors);
    const end = normaliseVendor(words.slice(-count).join(' '));
    if (vendors.includes(aliases.get(end) ?? end)) return words.slice(0, -count).join(' ');
  }
  return name;
}
