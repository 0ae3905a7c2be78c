import {
  compact,
  hasDigit,
  inBothNumbers,
  isLine,
  isTelling,
  variantWords,
} from '../products/product-name.ts';
import { normaliseVendor } from '../products/vendors.ts';
import { compareVersions } from '../versions/version.ts';
import type { Entry } from './advisory-index.ts';
import { asGiven, type KnownAsset } from './asset.ts';
import { lookUp, type LookUp, reason, type Reason } from './reasons.ts';

/** The ways in which a device can be found to be a listed product, the most particular first. */
export const rules = ['order-number', 'identifier', 'name', 'part-pattern', 'family', 'incomplete'] as const;
export type Rule = (typeof rules)[number];

export interface Identity {
  readonly rule: Rule;
  /** What decided: the order number, the pattern, the family, the token. */
  readonly token: string;
  readonly certainty: 'exact' | 'likely' | 'unsure';
  readonly because: readonly Reason[];
  readonly lookUp: readonly LookUp[];
  /** Breaks ties within a rule: the more fixed characters in a pattern, the more particular. */
  readonly weight: number;
}

/** Whether a device is the product of an entry; `undefined` when it is not, or when there is no ground to say so. */
export function identify(known: KnownAsset, entry: Entry): Identity | undefined {
  const fits = vendorFits(known, entry);
  const byNumber = byOrderNumber(known, entry);
  // Of entries that share a CPE, as those of a family do, the one that lists the order number is meant.
  const identity =
    (byNumber === 'another' ? undefined : byNumber) ??
    byIdentifier(known, entry) ??
    byNumber ??
    (fits || entry.vendors.length === 0 ? byName(known, entry) : undefined);
  if (!identity || identity === 'another') return undefined;
  if (entry.name.excluded.some((tokens) => tokens.every((token) => known.tokenSet.has(token))))
    return undefined;
  // An entry that names no vendor, or a device whose vendor is a guess, is never better than likely.
  const doubtful =
    entry.vendors.length === 0
      ? 'unsure'
      : identity.certainty === 'exact' &&
          identity.rule !== 'identifier' &&
          (identity.rule === 'order-number' ? !fits : known.vendorInferred)
        ? 'likely'
        : identity.certainty;
  return { ...identity, certainty: doubtful, because: [...identity.because, ...vendorReasons(known, entry)] };
}

function vendorFits(known: KnownAsset, entry: Entry): boolean {
  return entry.vendors.some((vendor) => known.vendors.includes(vendor));
}

function vendorReasons(known: KnownAsset, entry: Entry): Reason[] {
  const given = known.asset.vendor?.trim();
  if (!given || known.vendorInferred)
    return entry.vendors.length ? [reason('vendor-inferred', { vendor: entry.product.vendor.trim() })] : [];
  const listed = entry.product.vendor.trim();
  if (!listed || normaliseVendor(given) === normaliseVendor(listed)) return [];
  return [reason(vendorFits(known, entry) ? 'vendor-alias' : 'vendor-differs', { given, listed })];
}

/** Two who give one product the same CPE or package URL; that they give different ones proves nothing. */
function byIdentifier(known: KnownAsset, entry: Entry): Identity | undefined {
  const key = entry.identifiers.find((one) => known.identifiers.has(one));
  return key === undefined
    ? undefined
    : {
        rule: 'identifier',
        token: key,
        certainty: 'exact',
        because: [reason('identifier-equal', { identifier: known.identifiers.get(key)! })],
        lookUp: [],
        weight: key.length,
      };
}

/** Equality in full, never a prefix, unless the advisory itself writes a pattern. */
function byOrderNumber(known: KnownAsset, entry: Entry): Identity | 'another' | undefined {
  const { orderToken } = known;
  // Most vendors have no form for their numbers that tells them from other words: then it stands among those of the name.
  if (
    orderToken !== undefined &&
    isNumber(orderToken) &&
    entry.name.tokens.some((of) => of.includes(orderToken))
  )
    return sameNumber(known, entry, orderToken);
  const listed = entry.orderNumbers.length > 0 || entry.numberPatterns.length > 0;
  if (!listed) return undefined;
  for (const number of known.partNumbers) {
    if (entry.orderNumbers.includes(number)) {
      return sameNumber(known, entry, number);
    }
    const pattern = entry.numberPatterns.find((one) => one.pattern.test(number));
    if (pattern) {
      return {
        rule: 'order-number',
        token: pattern.text,
        certainty: 'exact',
        because: [reason('order-number-pattern', { number: asGiven(known, number), pattern: pattern.text })],
        lookUp: [],
        weight: pattern.text.length,
      };
    }
  }
  return known.orderNumbers.length ? 'another' : undefined;
}

const sameNumber = (known: KnownAsset, entry: Entry, number: string): Identity | undefined =>
  withHardware(known, entry, {
    rule: 'order-number',
    token: number,
    certainty: 'exact',
    because: [reason('order-number-equal', { number: asGiven(known, number) })],
    lookUp: [],
    weight: number.length,
  });

/** Long enough to be no other's, such as "2404267" and "1SAP120600R0071". */
const isNumber = (token: string): boolean => token.length >= 7 && (token.match(/\d/g)?.length ?? 0) >= 5;

function byName(known: KnownAsset, entry: Entry): Identity | undefined {
  const { name } = entry;
  if (entry.partPatterns.length) {
    const byPattern = byPartPattern(known, entry);
    if (byPattern) return byPattern === 'another' ? undefined : byPattern;
  }
  if (name.tokens.length === 0) return undefined;
  if (known.isSiplus && !name.includesSiplus) return undefined;

  const inSeries = seriesMatch(known, entry);
  const relation = relate(known, entry, inSeries !== undefined) ?? byWriting(known, entry);
  if (!relation) return undefined;
  const { rule, certainty, token, because } = relation;
  const numberMissing = entry.orderNumbers.length > 0;
  const remarkMissing = name.remarks.some((word) => !known.remarks.has(word) && !known.tokenSet.has(word));
  return withHardware(known, entry, {
    rule,
    token,
    certainty: (numberMissing || remarkMissing) && certainty === 'exact' ? 'likely' : certainty,
    because: [
      ...because,
      ...(known.isSiplus && name.includesSiplus && !name.tokens.flat().includes('siplus')
        ? [reason('siplus-twin')]
        : []),
      ...(numberMissing ? [reason('order-number-missing')] : []),
    ],
    lookUp: numberMissing ? [lookUp('read-order-number', { product: known.label })] : [],
    weight: name.tokens.length,
  });
}

function byPartPattern(known: KnownAsset, entry: Entry): Identity | 'another' | undefined {
  const matching = entry.partPatterns
    .flatMap((pattern) =>
      known.patternNumbers
        .filter((number) => pattern.pattern.test(number))
        .map((number) => ({ ...pattern, number })),
    )
    .toSorted((a, b) => b.weight - a.weight)[0];
  const variant = (token: string) => variantWords.has(token) && token.length > 2;
  if (matching && known.tokens.some((token) => variant(token) && !entry.name.tokens.flat().includes(token)))
    return 'another';
  if (matching) {
    return withHardware(known, entry, {
      rule: 'part-pattern',
      token: matching.text,
      certainty: 'likely',
      because: [
        reason('part-number-pattern', { model: asGiven(known, matching.number), pattern: matching.text }),
      ],
      lookUp: [],
      weight: matching.weight,
    });
  }
  if (known.partNumbers.some((number) => isTelling(number.toLowerCase()))) return 'another';
  // No part number is known: the name alone cannot tell which of the parts it is.
  const relation = relate(known, entry, false);
  return relation
    ? {
        rule: 'incomplete',
        token: relation.token,
        certainty: 'unsure',
        because: [...relation.because, reason('order-number-missing')],
        lookUp: [lookUp('read-order-number', { product: known.label })],
        weight: 0,
      }
    : 'another';
}

function seriesMatch(known: KnownAsset, { name }: Entry): { series: string; model: string } | undefined {
  for (const series of name.seriesTokens) {
    const model = known.stems.get(compact(series));
    if (model !== undefined) return { series, model };
  }
  return undefined;
}

/** The whole name, only written together or apart: "X204 2", "SCALANCE_X2042". */
function byWriting(known: KnownAsset, { name, product }: Entry): Relation | undefined {
  if (known.variants.some((variant) => !name.variants.includes(variant))) return undefined;
  const token = name.squeezed.find((text) => known.squeezed.includes(text));
  return token === undefined
    ? undefined
    : {
        rule: 'name',
        certainty: 'exact',
        token,
        because: [reason('name-equal', { name: product.name.trim() })],
      };
}

interface Relation {
  readonly rule: Rule;
  readonly certainty: Identity['certainty'];
  readonly token: string;
  readonly because: readonly Reason[];
}

/** Compares the words of a name with those of a device. Never across a variant: CP 443-1 is not CP 443-1 Advanced. */
function relate(known: KnownAsset, entry: Entry, inSeries: boolean): Relation | undefined {
  const { name } = entry;
  const family = known.families.find(({ tokens }) =>
    name.isFamily
      ? name.tokens.some((token) => tokens.some((own) => token.includes(own)))
      : name.tokens.length === tokens.length &&
        name.tokens.every((token) => tokens.some((own) => token.includes(own))),
  );
  const familyTokens = new Set(family?.tokens);
  const used = new Set<string>();
  const missing: (readonly string[])[] = [];
  let telling: string | undefined;
  let isOneOfNames = false;
  const isThere = (token: string) => known.tokenSet.has(token) || known.hardwareTokens.has(token);
  for (const alternatives of name.tokens) {
    // An inventory may name them all, as the advisory does.
    let all = alternatives.filter(isThere);
    if (all.length === 0) all = alternatives.flatMap(inBothNumbers).filter(isThere);
    if (all.length > 0) {
      for (const own of all) used.add(own);
      telling ??= all.find(isTelling);
      isOneOfNames ||= all.length < alternatives.length && !alternatives.some(hasDigit);
      continue;
    }
    const other = alternatives.find(
      (token) =>
        familyTokens.has(token) ||
        known.joined.has(token) ||
        (inSeries && name.seriesTokens.some((series) => series.replace(/[.-]/g, '').toLowerCase() === token)),
    );
    if (other === undefined) {
      // The train in the version may be what the name says as a year: "AVEVA Edge 2020".
      missing.push(alternatives);
      continue;
    }
    used.add(other);
    if (isTelling(other) && !familyTokens.has(other)) telling ??= other;
  }
  const joinedUsed = [...used].filter((token) => known.joined.has(token));
  const surplus = known.tokens.filter(
    (token) =>
      !used.has(token) &&
      token !== known.orderToken &&
      !name.variants.includes(token) &&
      !(token === 'siplus' && name.includesSiplus) &&
      !joinedUsed.some((joined) => joined.includes(token)),
  );
  const title = entry.product.name.trim();

  if (missing.length === 0) {
    const explained = (token: string) =>
      family !== undefined || inSeries
        ? !variantWords.has(token) || name.isFamily
        : hasDigit(token) && (name.isFamily || !name.tokens.flat().some(hasDigit));
    if (
      family &&
      (surplus.length > 0 || !name.tokens.every((token) => token.some((one) => known.tokenSet.has(one))))
    ) {
      if (!surplus.every(explained)) return undefined;
      return {
        rule: 'family',
        certainty: 'likely',
        token: family.name,
        because: [reason('family-of-order-number', { number: asGiven(known, family.number), name: title })],
      };
    }
    if (inSeries) {
      return surplus.every(explained)
        ? {
            rule: 'family',
            certainty: 'likely',
            token: title,
            because: [reason('series-of-model', { model: known.label, name: title })],
          }
        : undefined;
    }
    if (surplus.length === 0 && name.isFamily) {
      return {
        rule: 'family',
        certainty: 'likely',
        token: title,
        because: [reason('family-of-name', { name: title })],
      };
    }
    if (surplus.length === 0) {
      const particular = telling !== undefined;
      // Most advisories list no order numbers: one that they do not know is no other product, but may be a variant.
      const unknownNumber = known.orderToken !== undefined && !used.has(known.orderToken);
      return {
        rule: 'name',
        certainty: unknownNumber || isOneOfNames ? 'likely' : 'exact',
        token: telling ?? name.tokens.flat().join(' '),
        because: [
          particular
            ? reason('model-equal', { model: asGiven(known, telling!), name: title })
            : reason(isOneOfNames ? 'name-alike' : 'name-equal', { name: title }),
        ],
      };
    }
    if (surplus.every(explained))
      return {
        rule: 'family',
        certainty: 'likely',
        token: title,
        because: [reason('family-of-name', { name: title })],
      };
    if (
      telling &&
      surplus.every((token) => isLine(token) || (!hasDigit(token) && !variantWords.has(token)))
    ) {
      return {
        rule: 'name',
        certainty: 'likely',
        token: telling,
        because: [reason('model-equal', { model: asGiven(known, telling), name: title })],
      };
    }
    return undefined;
  }

  // "CPU 315-2 PN/DP" without its S7-300: the line is left out, and the rest says it all.
  if (
    telling === undefined &&
    surplus.length === 0 &&
    missing.flat().every(isLine) &&
    [...used].some((token) => hasDigit(token) && token.length >= 4)
  ) {
    return {
      rule: 'name',
      certainty: 'likely',
      token: [...used].join(' '),
      because: [reason('name-alike', { name: title })],
    };
  }
  // Words missing here and others too many there: two siblings, "EN100 IEC 104" and "EN100 Modbus TCP".
  if (telling === undefined || !surplus.every(isLine)) return undefined;
  const words = missing.flat();
  // A number that is missing here and another that is too much there: two models of one line.
  // A single digit ("SIPROTEC 5 7SA87") is often left out.
  const numbers = words.filter((word) => hasDigit(word) && word.length > 1);
  if ((numbers.length && telling.length < 7) || (words.some(hasDigit) && surplus.some(hasDigit)))
    return undefined;
  if (words.some((word) => isTelling(word))) return undefined;
  if (words.some((word) => variantWords.has(word))) {
    return {
      rule: 'incomplete',
      certainty: 'unsure',
      token: telling,
      because: [
        reason('name-alike', { name: title }),
        reason('variant-missing', { variant: words.filter((word) => variantWords.has(word)).join(' ') }),
      ],
    };
  }
  return {
    rule: 'name',
    certainty: 'likely',
    token: telling,
    because: [reason('model-equal', { model: asGiven(known, telling), name: title })],
  };
}

/** Variants in brackets and hardware series belong to the identity, but a scan seldom sees them. */
function withHardware(known: KnownAsset, entry: Entry, identity: Identity): Identity | undefined {
  const { variants, seriesLetter } = entry.name;
  const because: Reason[] = [];
  const toLookUp: LookUp[] = [];
  if (identity.rule !== 'order-number' && identity.rule !== 'identifier' && variants.length) {
    const has = (variant: string) => known.tokenSet.has(variant) || known.hardwareTokens.has(variant);
    const missing = variants.filter((variant) => !has(variant));
    const shape = (token: string) => token.replace(/\d+/g, '0');
    const own = [...known.tokens, ...known.hardwareTokens];
    if (
      missing.some((variant) =>
        own.some(
          (token) =>
            token !== variant && shape(token) === shape(variant) && !entry.name.tokens.flat().includes(token),
        ),
      )
    )
      return undefined;
    if (missing.length) {
      because.push(reason('variant-missing', { variant: missing.join(', ').toUpperCase() }));
      toLookUp.push(
        lookUp('read-variant', { product: known.label, variant: missing.join(', ').toUpperCase() }),
      );
    }
  }
  const { hardwareVersion } = entry;
  if (identity.rule !== 'order-number' && identity.rule !== 'identifier' && hardwareVersion) {
    if (known.nameVersion && compareVersions(known.nameVersion, hardwareVersion)?.order !== 0)
      return undefined;
    if (!known.nameVersion) {
      because.push(reason('variant-missing', { variant: `V${hardwareVersion.text}` }));
      toLookUp.push(lookUp('read-variant', { product: known.label, variant: `V${hardwareVersion.text}` }));
    }
  }
  if (seriesLetter !== undefined) {
    if (known.seriesLetter !== undefined && known.seriesLetter !== seriesLetter) return undefined;
    if (known.seriesLetter === undefined) {
      because.push(reason('series-missing', { series: seriesLetter }));
      toLookUp.push(lookUp('read-hardware-revision', { product: known.label }));
    }
  }
  if (because.length === 0) return identity;
  return {
    ...identity,
    rule: 'incomplete',
    certainty: 'unsure',
    because: [...identity.because, ...because],
    lookUp: [...identity.lookUp, ...toLookUp],
  };
}
