import {
  isBounded,
  normaliseOrderNumber,
  type NumbersOfFamily,
  orderNumberPattern,
  teachFamilies,
} from './order-number.ts';
import { teachLines } from './product-name.ts';
import { isVendorOfOurs, normaliseVendor, type TaughtVendor, teachVendors, vendorsNamed } from './vendors.ts';

/**
 * What practitioners of an instance know of names beyond vendors.json and families.json: brands, former names, spellings of
 * vendors, and which order numbers belong to which family or product.
 */
export interface TaughtNames {
  readonly vendors: readonly TaughtVendor[];
  /** `vendor` in any writing. */
  readonly families: readonly NumbersOfFamily[];
}

/** What may be wrong with taught names, in plain English. */
export const nameFaultSentences = {
  'names-nobody': '“{name}” names nobody',
  'too-short': '“{name}” is too short, or only a legal form',
  'vendor-of-ours': '“{name}” is a vendor of its own, and is not made another',
  'vendor-taught': '“{name}” is taught as a vendor of its own, and is not made another',
  'two-vendors': '“{name}” was said above to be “{owner}”; a name belongs to one vendor',
  'fits-too-much': '“{pattern}” fits too much: at least {fewest} letters or digits must be fixed',
  'too-many-runs': '“{pattern}” has more than four runs of any length (*)',
} as const;

/** What is wrong with taught names, and where: a path into them. */
export interface NameFault {
  readonly path: readonly (string | number)[];
  readonly code: keyof typeof nameFaultSentences;
  readonly params: Readonly<Record<string, string | number>>;
}

const nothing: TaughtNames = { vendors: [], families: [] };
let taught = nothing;
const workedOut: { clear(): void }[] = [];

/** Registers what is worked out with names: it is emptied when others are taught. */
export function untilTaught<Cache extends { clear(): void }>(cache: Cache): Cache {
  workedOut.push(cache);
  return cache;
}

/**
 * Takes these names in place of those taught before, for the whole process: like the files they add to, they are one state
 * of what is known. Indexes and fleets made before go by the earlier ones; `matchingData` tells the states apart.
 */
export function teach(names: TaughtNames): void {
  teachVendors(names.vendors);
  const families = names.families.map((family) => ({
    ...family,
    vendor: vendorsNamed(family.vendor)[0] ?? normaliseVendor(family.vendor),
  }));
  teachFamilies(families);
  teachLines(families);
  for (const cache of workedOut) cache.clear();
  taught = names;
}

/** What was taught; undefined where that is nothing. */
export function taughtNames(): TaughtNames | undefined {
  return taught.vendors.length + taught.families.length > 0 ? taught : undefined;
}

/** Fewer fixed characters in a pattern would make half a plant one family. */
const FEWEST_FIXED = 3;

/** What would make answers wrong, whatever the shape. Names that several entries share are told at the later one. */
export function faultsOfNames({ vendors, families }: TaughtNames): NameFault[] {
  const faults: NameFault[] = [];
  const ownerOf = new Map<string, string>();
  // In whatever order the files come: who is taught as a vendor is nobody's alias.
  const taughtVendors = new Map(vendors.map(({ vendor }) => [normaliseVendor(vendor), vendor]));
  for (const [at, { vendor, aliases }] of vendors.entries()) {
    const said = normaliseVendor(vendor);
    const key = vendorsNamed(vendor)[0] ?? said;
    if (said === '')
      faults.push({ path: ['vendors', at, 'vendor'], code: 'names-nobody', params: { name: vendor } });
    for (const [place, alias] of aliases.entries()) {
      const name = normaliseVendor(alias);
      const owner = ownerOf.get(name);
      const path = ['vendors', at, 'aliases', place];
      const fault = (code: NameFault['code'], params: NameFault['params'] = {}) =>
        faults.push({ path, code, params: { name: alias, ...params } });
      if (name.length < 2) fault('too-short');
      else if (name !== key && isVendorOfOurs(name)) fault('vendor-of-ours');
      else if (name !== said && name !== key && taughtVendors.has(name)) fault('vendor-taught');
      else if (owner !== undefined && owner !== key) fault('two-vendors', { owner });
      else ownerOf.set(name, key);
    }
  }
  for (const [at, { numbers, not = [] }] of families.entries())
    for (const [field, patterns] of [
      ['numbers', numbers],
      ['not', not],
    ] as const)
      for (const [place, pattern] of patterns.entries()) {
        const path = ['families', at, field, place];
        const fixed = normaliseOrderNumber(pattern).replace(/[^A-Z0-9]/g, '').length;
        const { source } = orderNumberPattern(pattern);
        if (fixed < FEWEST_FIXED)
          faults.push({ path, code: 'fits-too-much', params: { pattern, fewest: FEWEST_FIXED } });
        else if (!isBounded(source) || source === '(?!)')
          faults.push({ path, code: 'too-many-runs', params: { pattern } });
      }
  return faults;
}
