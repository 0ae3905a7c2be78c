import {
  familiesOf,
  LONGEST_NUMBER,
  normaliseOrderNumber,
  orderNumbersIn,
  siplusTwin,
} from '../products/order-number.ts';
import { readIdentifiers } from '../products/identifiers.ts';
import { brandVendor, compact, parseProductName, tokensOf } from '../products/product-name.ts';
import { isInterfaceMaker, vendorKeys, withoutVendor } from '../products/vendors.ts';
import { repair } from '../text/repair.ts';
import type { Version } from '../versions/version.ts';
import { readName, readOrderNumber, readVersion, type VersionRead } from './inventory-text.ts';

/** A device or program as a scan, an inventory or a person knows it. Everything may be missing. */
export interface Asset {
  readonly vendor?: string | undefined;
  readonly product?: string | undefined;
  readonly model?: string | undefined;
  readonly orderNumber?: string | undefined;
  readonly hardware?: string | undefined;
  readonly firmware?: string | undefined;
  readonly software?: string | undefined;
  readonly serial?: string | undefined;
  /** A CPE and a package URL, where somebody gave it one. */
  readonly cpe?: string | undefined;
  readonly purl?: string | undefined;
}

/** An asset made ready to be compared. */
export interface KnownAsset {
  readonly asset: Asset;
  /** Words of the device by how they are compared; made when the first is asked for. */
  readonly spellings: () => ReadonlyMap<string, string>;
  readonly vendors: readonly string[];
  readonly vendorInferred: boolean;
  /** For sentences to people. */
  readonly label: string;
  readonly orderNumbers: readonly string[];
  /** The order number that was looked up in the family map, and the names found. */
  readonly families: readonly {
    readonly number: string;
    readonly name: string;
    readonly tokens: readonly string[];
    readonly related: string | undefined;
  }[];
  readonly tokens: readonly string[];
  /** Of the tokens the one that only the order number says, where the device has a name besides. */
  readonly orderToken: string | undefined;
  readonly tokenSet: ReadonlySet<string>;
  /** What the device says in brackets about itself: "(32M)". */
  readonly variants: readonly string[];
  /** Neighbouring tokens written as one ("RS 900"), only to find, never counted as surplus. */
  readonly joined: ReadonlySet<string>;
  /** Words in brackets, which only confirm. */
  readonly remarks: ReadonlySet<string>;
  /** "EDS-408A-MM-SC" may be of the series EDS, EDS-408A or EDS-408A-MM: each with the word it begins. */
  readonly stems: ReadonlyMap<string, string>;
  /** The order numbers, and what else could be a part number, as written in upper case. */
  readonly partNumbers: readonly string[];
  /** Those, and some written with blanks ("BMX P34 2020"), which are tried on patterns and prove nothing else. */
  readonly patternNumbers: readonly string[];
  /** By what it and the entries that could speak of it find each other: each is enough to be tried, none to be the same. */
  readonly keys: { readonly numbers: readonly string[]; readonly names: readonly string[] };
  /** Its CPE and package URL as they are compared, each with how it is written. */
  readonly identifiers: ReadonlyMap<string, string>;
  /** The version that one of them names. */
  readonly identifierVersion: string | undefined;
  readonly hardwareTokens: ReadonlySet<string>;
  readonly seriesLetter: string | undefined;
  readonly isSiplus: boolean;
  readonly version: string | undefined;
  readonly swapped: VersionRead['swapped'];
  /** All that is known of the hardware, for conditions on it. */
  readonly hardware: string | undefined;
  /** The name in one word, to find what others write together or apart: "x2042". */
  readonly squeezed: readonly string[];
  /** A version inside the name, which may as well be one of the hardware: "CP 1242-7 V2". */
  readonly nameVersion: Version | undefined;
}

/**
 * What is compared as `ax300`, as the device writes it: `AX-300`. The whole word where only a part of it was compared,
 * and otherwise the token itself.
 */
export function asGiven({ spellings }: KnownAsset, token: string): string {
  const wanted = compact(token);
  const whole = spellings().get(wanted);
  if (whole !== undefined) return whole;
  for (const [spelled, given] of spellings()) if (spelled.includes(wanted)) return given;
  return token;
}

/** `guessed`: the vendor is none that somebody named. */
export function know(asset: Asset, guessed = false): KnownAsset {
  const parts = [asset.product, asset.model].flatMap((text) =>
    text?.trim() ? [readName(text.slice(0, LONGEST))] : [],
  );
  const names = parts.map(({ name }) => name);
  const versions = readVersion(asset.firmware?.trim() ? asset.firmware : asset.software, asset.hardware);
  const hardware =
    [versions.hardware, ...parts.flatMap((one) => one.hardware)].filter(Boolean).join(', ') || undefined;
  const stated = readOrderNumber(asset.orderNumber?.slice(0, LONGEST) ?? '');
  const { vendors, vendorInferred } = vendorsOf(asset, guessed, names, stated);
  const { name, orderNumbers } = withoutOrderNumbers(joined(names, vendors), stated);

  // Names are read by the same rules on both sides.
  const read = parseProductName(name, vendors);
  const tokens = [...new Set([...read.tokens.flat(), ...read.variants])];
  const orderToken = orderTokenOf(stated, name, tokens);
  if (orderToken !== undefined) tokens.push(orderToken);
  const { partNumbers, patternNumbers } = partNumbersOf(name, orderNumbers);
  const catalogue = orderNumbersIn(names.join(' ')).map(({ number }) => number);
  const seriesLetter = read.seriesLetter ?? /^\s*(?:series\s*)?([A-Z])\s*$/i.exec(hardware ?? '')?.[1];
  const named = [asset.cpe, asset.purl].flatMap((given) => readIdentifiers(given ?? ''));
  const identifierVersion = named.find((one) => one.version !== undefined)?.version;
  let spellings: Map<string, string> | undefined;
  const known: Omit<KnownAsset, 'keys'> = {
    asset,
    spellings: () => (spellings ??= spellingsOf(asset)),
    vendors,
    vendorInferred,
    label: names.join(' ') || asset.orderNumber || asset.vendor || 'the device',
    orderNumbers,
    families: familiesByNumber([...new Set([...orderNumbers, ...catalogue, ...patternNumbers])], vendors),
    tokens,
    orderToken: tokens.length > 1 ? orderToken : undefined,
    tokenSet: new Set(tokens),
    variants: read.variants,
    joined: new Set([
      ...tokens.slice(1).map((token, i) => tokens[i]! + token),
      ...(asset.model ? [compact(repair(asset.model.slice(0, LONGEST)).replace(/\s/g, ''))] : []),
    ]),
    remarks: new Set(read.remarks),
    stems: stemsOf(`${name} ${stated}`),
    partNumbers,
    patternNumbers,
    identifiers: new Map(
      named.flatMap(({ key, anyRevision, given }) => [
        [key, given] as const,
        ...(anyRevision === undefined ? [] : [[anyRevision, given] as const]),
      ]),
    ),
    identifierVersion,
    hardwareTokens: new Set(
      (hardware ?? '')
        .split(/[\s,;()/]+/)
        .filter(Boolean)
        .map(compact),
    ),
    seriesLetter: seriesLetter?.toUpperCase(),
    isSiplus: tokens.includes('siplus') || orderNumbers.some((number) => siplusTwin(number) !== undefined),
    version: versions.version ?? (versions.swapped ? undefined : (identifierVersion ?? read.train?.text)),
    swapped: versions.swapped,
    hardware,
    squeezed: read.squeezed,
    nameVersion: read.train,
  };
  return { ...known, keys: keysOf(known) };
}

/** The counterpart of the keys of an entry. */
function keysOf({
  identifiers,
  partNumbers,
  patternNumbers,
  tokens,
  joined,
  families,
  squeezed,
  stems,
}: Omit<KnownAsset, 'keys'>): KnownAsset['keys'] {
  return {
    numbers: [...partNumbers, ...identifiers.keys()],
    names: [
      ...new Set([
        ...tokens,
        ...joined,
        ...families.flatMap((family) => family.tokens),
        ...squeezed.map((text) => `=${text}`),
        ...Array.from(stems.keys(), (stem) => `^${stem}`),
        ...patternNumbers.map((number) => `~${number.slice(0, 3)}`),
      ]),
    ],
  };
}

/** Of a name no more is read: nobody calls a device like that. */
const LONGEST = 300;
const MOST_WORDS = 40;

/** As given; where nobody is, those that the order number or a brand gives away. */
function vendorsOf(
  { vendor }: Asset,
  guessed: boolean,
  names: readonly string[],
  orderNumber: string,
): Pick<KnownAsset, 'vendors' | 'vendorInferred'> {
  const given = vendor && (guessed || !isInterfaceMaker(vendor)) ? vendorKeys(vendor) : [];
  if (given.length) return { vendors: given, vendorInferred: guessed };
  const text = names.join(' ');
  const byNumber = orderNumbersIn(`${orderNumber} ${text}`).map((number) => number.vendor);
  const byBrand = text.toLowerCase().split(/\s+/).map(brandVendor);
  return {
    vendors: [...new Set([...byNumber, ...byBrand])].filter((one) => one !== undefined),
    vendorInferred: true,
  };
}

/** Product and model as one name, neither with the vendor in it, and the model not twice. */
function joined(names: readonly string[], vendors: readonly string[]): string {
  const [product = '', model = ''] = names.map((name) => withoutVendor(name, vendors));
  return product.toLowerCase().includes(model.toLowerCase()) ? product : `${product} ${model}`;
}

/** Siemens' order numbers say nothing as words; others are often the model itself and stay. */
function withoutOrderNumbers(
  name: string,
  stated: string,
): { readonly name: string; readonly orderNumbers: readonly string[] } {
  const found = orderNumbersIn(name).filter(({ vendor }) => vendor === 'siemens');
  let rest = name;
  for (const { text } of found) rest = rest.replace(text, ' ');
  const given = normaliseOrderNumber(stated.slice(0, LONGEST_NUMBER));
  return {
    name: rest,
    orderNumbers: [...new Set([given, ...found.map(({ number }) => number)])].filter(Boolean),
  };
}

/** An order number that is not Siemens' is often the model itself. "FX-PANEL12" is "FX-Panel 12" written as one. */
function orderTokenOf(stated: string, name: string, tokens: readonly string[]): string | undefined {
  const token = compact(normaliseOrderNumber(stated.slice(0, LONGEST_NUMBER)));
  const isOther = token !== '' && !orderNumbersIn(stated).some(({ vendor }) => vendor === 'siemens');
  const isName = token === compact(name.replace(/\s/g, ''));
  return isOther && !isName && !tokens.includes(token) ? token : undefined;
}

function partNumbersOf(
  name: string,
  orderNumbers: readonly string[],
): Pick<KnownAsset, 'partNumbers' | 'patternNumbers'> {
  const words = name
    .toUpperCase()
    .split(/[\s,;()]+/)
    .filter((word) => word !== '' && word.length <= LONGEST_NUMBER);
  const plain = (word: string) => word.replace(/[.-]/g, '');
  const partNumbers = [
    ...new Set([...orderNumbers, ...words.filter((word) => /\d/.test(word) && word.length >= 3).map(plain)]),
  ];
  const pieces = words.slice(0, 12).map(plain);
  const written = pieces
    .flatMap((piece, i) => [
      piece + (pieces[i + 1] ?? ''),
      piece + (pieces[i + 1] ?? '') + (pieces[i + 2] ?? ''),
    ])
    .filter((number) => /^[A-Z]+.*\d/.test(number) && !partNumbers.includes(number));
  return { partNumbers, patternNumbers: [...partNumbers, ...written] };
}

function familiesByNumber(numbers: readonly string[], vendors: readonly string[]): KnownAsset['families'] {
  return numbers.flatMap((number) =>
    familiesOf(number)
      .filter(({ vendor }) => vendors.length === 0 || vendors.includes(vendor))
      .flatMap(({ names, relatedTo }) =>
        names.map((name) => ({
          number,
          name,
          tokens: tokensOf(name, vendors).map(([token]) => token!),
          related: relatedTo,
        })),
      ),
  );
}

/** Up to three words that stand together, the fewest first. */
function spellingsOf({ model, product, orderNumber }: Asset): Map<string, string> {
  const texts = [model, product, orderNumber].map((text) =>
    repair(text?.slice(0, LONGEST) ?? '').split(/[\s,;()]+/, MOST_WORDS),
  );
  const spellings = new Map<string, string>();
  for (const length of [1, 2, 3])
    for (const words of texts)
      for (let i = 0; i + length <= words.length; i++) {
        const run = words.slice(i, i + length).join(' ');
        const spelled = compact(run.replaceAll(' ', ''));
        if (!spellings.has(spelled)) spellings.set(spelled, run);
      }
  return spellings;
}

function stemsOf(text: string): Map<string, string> {
  const stems = new Map<string, string>();
  for (const word of text.split(/[\s,;()]+/, MOST_WORDS)) {
    if (!/\d/.test(word)) continue;
    let stem = '';
    for (const piece of word.split(/[-/]/, 6)) {
      stem += compact(piece);
      if (!stems.has(stem)) stems.set(stem, word);
    }
  }
  return stems;
}
