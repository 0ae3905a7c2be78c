import { isTelling } from '../products/product-name.ts';
import { vendorKeys } from '../products/vendors.ts';
import type { AdvisoryIndex, Entry } from './advisory-index.ts';
import { know, type KnownAsset } from './asset.ts';
import { identify, type Identity } from './identity.ts';

/** An entry that speaks of a device, and why. */
export interface Found {
  readonly entry: Entry;
  readonly identity: Identity;
}

export interface Recognised {
  readonly known: KnownAsset;
  /** By advisory: the entries that speak of the device. */
  readonly found: ReadonlyMap<number, readonly Found[]>;
}

/** Which entries speak of a device. Where its vendor is not known, it is tried as one of those whose products sound alike. */
export function recognise(known: KnownAsset, index: AdvisoryIndex): Recognised[] {
  const { asset } = known;
  const first = entriesOf(known, index);
  if (known.vendors.length > 0 || first.size > 0) return [{ known, found: first }];
  const stated = vendorInName(known, index);
  if (stated !== undefined) {
    const named = know({ ...asset, vendor: stated }, true);
    const found = entriesOf(named, index);
    if (found.size) return [{ known: named, found }];
  }
  const seen = new Set<number>();
  const recognised: Recognised[] = [];
  for (const vendor of index.vendorsNaming(known.keys.names)) {
    const guess = know({ ...asset, vendor }, true);
    const found = new Map<number, Found[]>();
    for (const [advisory, list] of entriesOf(guess, index)) {
      const unmistakable = list.filter(({ identity }) => isUnmistakable(guess, identity));
      if (unmistakable.length && !seen.has(advisory)) found.set(advisory, unmistakable);
      seen.add(advisory);
    }
    if (found.size) recognised.push({ known: guess, found });
  }
  return recognised;
}

function entriesOf(known: KnownAsset, index: AdvisoryIndex): Map<number, Found[]> {
  const found = new Map<number, Found[]>();
  for (const position of index.candidates(known)) {
    const entry = index.entries[position]!;
    const identity = identify(known, entry);
    if (!identity) continue;
    const list = found.get(entry.advisory);
    if (list) list.push({ entry, identity });
    else found.set(entry.advisory, [{ entry, identity }]);
  }
  return found;
}

/** "Measuresoft ScadaPro": whoever is named first, where the advisories know somebody of that name. */
function vendorInName({ label }: KnownAsset, index: AdvisoryIndex): string | undefined {
  const words = label.split(' ', 6);
  for (let count = words.length - 1; count > 0; count--) {
    const key = vendorKeys(words.slice(0, count).join(' ')).find((one) => index.hasVendor(one));
    if (key !== undefined) return key;
  }
  return undefined;
}

/** "Pump" is built by many. A model, or a name of several words that says nothing else, is not. */
function isUnmistakable({ tokens }: KnownAsset, { rule, token }: Identity): boolean {
  if (rule === 'incomplete') return false;
  return rule !== 'name' || isTelling(token) || tokens.length > 1 || token.length >= 7;
}
