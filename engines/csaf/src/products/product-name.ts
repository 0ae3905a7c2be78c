import { repair } from '../text/repair.ts';
import type { Condition, Expression } from '../versions/expression.ts';
import { parseVersion, type Version } from '../versions/version.ts';
import families from './data/families.json' with { type: 'json' };
import words from './data/words.json' with { type: 'json' };
import { isBounded, type NumbersOfFamily, orderNumbersIn } from './order-number.ts';
import { withoutVendor } from './vendors.ts';

/** What a product name says, taken apart. "SIMATIC S7-1200 CPU family V4.x (incl. SIPLUS variants)" names no one device. */
export interface ProductName {
  readonly orderNumbers: readonly string[];
  readonly patterns: readonly PartPattern[];
  /** The whole name in one word, with and without the brand above the line: what is written together or apart is the same. */
  readonly squeezed: readonly string[];
  /** What a device must carry to be this product; each with its alternatives ("670/650"). */
  readonly tokens: readonly (readonly string[])[];
  /** Tokens that a device with a longer model name belongs to: "EDS-408A series". */
  readonly seriesTokens: readonly string[];
  /** From brackets: "CP300", "32M". Part of the identity, seldom seen by a scan. */
  readonly variants: readonly string[];
  /** Words in brackets: "TIA Portal", "Control Unit". Too often left out to be required, too telling to be ignored. */
  readonly remarks: readonly string[];
  /** Rockwell's hardware series: "1756-EN2T Series D". */
  readonly seriesLetter: string | undefined;
  /** "V4.X": this entry speaks of that release train only. */
  readonly train: Version | undefined;
  /** "V7.2 and earlier", "< V4.x", read from the name. */
  readonly versions: Expression | undefined;
  readonly isFamily: boolean;
  readonly includesSiplus: boolean;
  /** "excl. CPU 1518-4 PN/DP MFP" */
  readonly excluded: readonly (readonly string[])[];
  readonly conditions: readonly Condition[];
}

export interface PartPattern {
  readonly text: string;
  /** Regular expression over the part number in upper case, without blanks and dashes. */
  readonly source: string;
  /** How many characters are fixed; the more, the more particular. */
  readonly weight: number;
}

const neutral = new Set(words.neutral);
const abilities = new Set(words.abilities);
export const variantWords: ReadonlySet<string> = new Set(words.variants);
const umbrellas = new Map(
  Object.entries(words.umbrella).map(([vendor, list]) => [vendor, new Set(list.map(compact))]),
);

export function brandVendor(token: string): string | undefined {
  return Object.hasOwn(words.brands, token) ? (words.brands as Record<string, string>)[token] : undefined;
}

/** The longest real name has 300 characters; what is written to keep us busy has more. */
const LONGEST = 600;

/** Reads a product name of an advisory whose vendor has these keys. */
export function parseProductName(raw: string, vendors: readonly string[]): ProductName {
  let name = repair(raw.slice(0, LONGEST)).replace(/[®™©]|\(R\)/g, ' ');
  const orderNumbers: string[] = [];
  const patterns: PartPattern[] = [];
  const variants: string[] = [];
  const remarks: string[] = [];
  const conditions: Condition[] = [];
  const excluded: string[][] = [];
  let includesSiplus = false;
  let train: Version | undefined;
  let versions: Expression | undefined;

  for (const { number, text } of orderNumbersIn(name)) {
    // A catalogue number stays a token of the name: it is the name.
    if (/^\d{4}/.test(number)) continue;
    if (/[*?.]|x/.test(text)) patterns.push(...toPattern(text.replace(/\.|x/g, '?')));
    else orderNumbers.push(number);
    name = name.replace(text, ' ');
  }

  name = name.replace(
    /,?\s*\(?(?:with\s+)?serial\s+n(?:umber|o\.?)\s+([\w*]+?)(\**)\s+(?:(?:or|and)\s+)?(later|newer|above|prior|earlier|below)\)?/i,
    (text, start: string, _stars, word: string) => {
      conditions.push({
        on: 'serial',
        operator: /later|newer|above/i.test(word) ? '>=' : '<=',
        value: start.replace(/\*+$/, ''),
        digits: start.replace(/\*+$/, '').length,
        text: text.trim(),
      });
      return ' ';
    },
  );
  const placeholders = /\s+((?:[xyz]\s?=\s?[\w*.,]+[\s,]*)+)/.exec(name);
  const template = placeholders && /\S*[xyz]\S*$/.exec(name.slice(0, placeholders.index));
  if (placeholders && template) {
    patterns.push(...templatePattern(template[0], placeholders[1]!));
    name = `${name.slice(0, template.index)} ${name.slice(placeholders.index + placeholders[0].length)}`;
  }

  name = name.replace(/\(([^()]*)\)/g, (whole, inside: string, at: number, all: string) => {
    const text = inside.trim();
    if (/^(?:incl|including|also|and )/i.test(text)) {
      includesSiplus ||= /siplus/i.test(text);
      return ' ';
    }
    if (/^(?:excl|except|excluding|without the|not )/i.test(text)) {
      excluded.push(tokensOf(text.replace(/^\S+\s*(?:for\s)?/, ''), vendors).map((token) => token[0]!));
      return ' ';
    }
    if (/^(?:part n|model n|order n|mlfb|article|models?\b|part\b)/i.test(text) || /[*]|\d[x]{2,}/.test(text))
      return ` ${text.replace(/^(?:part|model|order|article)s?\s*(?:numbers?|no\.?|n[°.]?)?\s*:?/i, '')} `;
    if (
      /^(?:with|without|when|if|only|running|using|used|where|containing|installed|these|sold|for use)\b/i.test(
        text,
      )
    ) {
      conditions.push({ on: 'configuration', text });
      return ' ';
    }
    // "FX5U(C)-": a letter that may be there.
    if (/^[A-Z]{1,2}$|^-[A-Z]$/.test(text) && /\w/.test(all[at - 1] ?? ' ')) return whole;
    if (/^(?:eol|end.of|discontinued|formerly|previously|aka|obsolete|all )/i.test(text)) return ' ';
    remarks.push(
      ...text
        .split(/[\s,/]+/)
        .filter((word) => /^[a-z]{4,}$/i.test(word))
        .map(compact),
    );
    variants.push(
      ...text
        .split(/[\s,/]+/)
        .filter((token) => /^(?=.*\d)[a-z0-9-]{2,8}$/i.test(token) && /[a-z]|^\d{3,5}$/i.test(token))
        .map(compact),
    );
    return ' ';
  });

  name = name.replace(
    /(<=?|>=?|\bprior to|\bbefore|\bup to)?\s*\b(?:version\s*|ver\.?\s*|v)(\d+(?:\.\d+)*(?:\.?x)?)((?:\s+(?:SP|Upd(?:ate)?|HF)\s?\d+)*)(?![\w-])(\s+(?:and|or)\s+(?:earlier|below|prior|older|later|newer|above|higher))?/gi,
    (_whole, sign, number: string, patch: string, words_: string | undefined) => {
      const version = parseVersion(`${number}${patch}`);
      const direction =
        sign?.replace(/prior to|before/i, '<').replace(/up to/i, '<=') ??
        (words_ && (/later|newer|above|higher/i.test(words_) ? '>=' : '<='));
      if (version && direction) {
        const bound = { version, inclusive: direction.endsWith('=') };
        versions = direction.startsWith('<')
          ? { is: 'interval', upper: bound }
          : { is: 'interval', lower: bound };
      } else train ??= version;
      return ' ';
    },
  );
  name = name.replace(/(?<=\s)(\d+(?:\.\d+)*\.x)(?=\s|$)/gi, (number: string) => {
    train ??= parseVersion(number);
    return ' ';
  });

  let seriesLetter: string | undefined;
  name = name.replace(/\bseries\s+([A-Z])\b(?!-)/i, (_, letter: string) => {
    seriesLetter = letter.toUpperCase();
    return ' ';
  });
  name = name.replace(
    /\b(\d{4}[A-Z]{0,2}-\s?[A-Z][A-Z0-9]{2,})\s?\/\s?([A-Z])(?=\s|$|,)/i,
    (_, number: string, letter: string) => {
      seriesLetter ??= letter.toUpperCase();
      return number;
    },
  );
  name = name.replace(/(\d{4}[A-Z]{0,2}-)\s+(?=[A-Z])/g, '$1');

  const rest: string[] = [];
  for (const token of name.split(/[\s,;]+/)) {
    const wild = token.replace(/^["'(]+|["')]+$/g, '');
    if (isPattern(wild)) patterns.push(...toPattern(wild));
    else rest.push(token);
  }
  const plain = withoutVendor(rest.join(' '), vendors).replace(
    /\b(?:software|firmware)(?:\s+(?:module|device|firmware))*\s*$/i,
    '',
  );
  const tokens = asOneList(tokensOf(withAlternatives(plain), vendors));
  return {
    orderNumbers,
    patterns,
    squeezed: squeezed(plain, tokens),
    tokens,
    seriesTokens: Array.from(plain.matchAll(/(?<!\S)(?=\S*\d)(\S+)\s+series\b/gi), ([, token]) =>
      token!.toUpperCase(),
    ),
    variants: [...new Set(variants)],
    remarks,
    seriesLetter,
    train,
    versions,
    isFamily: /\b(?:family|families|all models|all references|devices|products)\b|\bseries\b(?!.*\d)/i.test(
      raw,
    ),
    includesSiplus: includesSiplus || /siplus/i.test(plain),
    excluded: excluded.filter((list) => list.length > 0),
    conditions,
  };
}

/** "L02/06/26CPU L26CPU-BT": models of one line and nothing else, one list with blanks where its commas were. */
function asOneList(tokens: string[][]): string[][] {
  const all = tokens.flat();
  const line = /^[a-z]+(?=\d)/.exec(all[0] ?? '')?.[0];
  const isList =
    line !== undefined &&
    tokens.length > 1 &&
    tokens.some((alternatives) => alternatives.length > 1) &&
    all.every((token) => token.startsWith(line) && hasDigit(token[line.length] ?? ''));
  return isList ? [[...new Set(all)]] : tokens;
}

function squeezed(name: string, tokens: readonly (readonly string[])[]): string[] {
  if (tokens.some((alternatives) => alternatives.length > 1)) return [];
  const whole = allTokensOf(name).map((alternatives) => alternatives[0]!);
  return [...new Set([whole.join(''), tokens.map(([token]) => token).join('')])].filter(
    (text) => text.length >= 4,
  );
}

/** Lower case, without dashes: "S7-1200" and "S71200" are one. A slash separates variants and stays. */
export function compact(token: string): string {
  return token.toLowerCase().replace(/[-_.°]/g, '');
}

/** The words that identify, with those that say nothing left out unless nothing else would remain. */
export function tokensOf(text: string, vendors: readonly string[]): string[][] {
  const all = allTokensOf(text);
  const particular = all.filter(([token]) => !vendors.some((vendor) => umbrellas.get(vendor)?.has(token!)));
  return particular.length ? particular : all;
}

function allTokensOf(text: string): string[][] {
  return repair(text)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .split(/[\s,;:"“”()&+]+/)
    .flatMap((token) => {
      if (!/^[a-z]+(?:\/[a-z]+)+$/i.test(token) || token.length <= 8) return [token];
      return isListOfNames(token) ? [token.replaceAll('/', '|')] : token.split('/');
    })
    .map((token) => token.replace(/^[-/.]+|[-/.]+$/g, ''))
    .filter((token) => token !== '' && !neutral.has(token.toLowerCase()))
    .slice(0, 32)
    .map((token) => [...new Set(token.toLowerCase().split('|').map(compact))]);
}

/** "ADS/ADX/OAS", and not "GSM/GPRS/LTE", which one device speaks. Two could be either, and are left as they stand. */
function isListOfNames(token: string): boolean {
  return (
    /^[A-Z]{2,5}(?:\/[A-Z]{2,5}){2,}$/.test(token) &&
    !token.split('/').some((word) => abilities.has(word.toLowerCase()))
  );
}

/**
 * "670/650", "AFF660/665", "S7-1200/1500", "R04/08/120(EN)CPU", "M37/M56", "SEL-787-2/-3", "RT430 RT431 and RT434" name
 * several products at once. Read so is only what has no other meaning: "LOGO! 12/24RCE", "PN/DP" and "750-8202/025" stay.
 */
function withAlternatives(name: string): string {
  return name
    .replace(
      /(?<![\w/.-])([a-z][a-z0-9]*-|[a-z]*)(\d{2,})((?:\/\d{2,})+)((?:\([a-z]{1,2}\))?-?[a-z][a-z.-]*)?(?![\w/(-])/gi,
      (whole, before: string, first: string, more: string, after = '') => {
        const numbers = [first, ...more.slice(1).split('/')];
        const isList =
          numbers.length > 2 && before !== ''
            ? new Set(numbers).size === numbers.length
            : after === '' &&
              numbers.every((number) => number.length >= (before.endsWith('-') ? first.length : 3)) &&
              first.length >= 3;
        // "(EN)CPU": letters that may be there.
        const ends = [...new Set([after.replace(/\(.*\)/, ''), after.replace(/[()]/g, '')])];
        return isList
          ? numbers.flatMap((number) => ends.map((end) => `${before}${number}${end}`)).join('|')
          : whole;
      },
    )
    .replace(
      /(?<!\S)([^\s/]+-)([^\s/-]+)((?:\/-[^\s/-]+)+)(?!\S)/g,
      (_, stem: string, first: string, more: string) =>
        [first, ...more.slice(2).split('/-')].map((end) => `${stem}${end}`).join('|'),
    )
    .replace(/(?<!\S)([a-z]+-)?([^\s/|]+(?:\/[^\s/|]+)+)(?!\S)/gi, (whole, before = '', list: string) => {
      const parts = list.split('/');
      if (new Set(parts).size < parts.length) return whole;
      if (isOfOneShape(parts)) return parts.map((part) => `${before}${part}`).join('|');
      return before === '' && parts.length > 2 && parts.every((part) => /^[a-z-]*\d{3,}[a-z-]*$/i.test(part))
        ? parts.join('|')
        : whole;
    })
    .replace(
      /(?<!\S)((?=\S*\d)[a-z0-9-]*[a-z][a-z0-9-]*(?:\s*\/\s*(?=\S*\d)[a-z0-9-]*[a-z][a-z0-9-]{3,})+)(?!\S)/gi,
      (list: string) => {
        const parts = list.split(/\s*\/\s*/);
        const alike = parts.every(
          (part) =>
            hasDigit(part) &&
            (part.slice(0, 2).toLowerCase() === parts[0]!.slice(0, 2).toLowerCase() ||
              /^[a-z]{2,4}\d{3,}[a-z]?$/i.test(part)),
        );
        return alike ? parts.join('|') : list;
      },
    )
    .replace(
      /(?<!\S)((?=[a-z-]*\d)[a-z0-9-]{4,}(?:,?\s+(?:and\s+|or\s+)?(?=[a-z-]*\d)[a-z0-9-]{4,})*,?\s+(?:and|or)\s+(?=[a-z-]*\d)[a-z0-9-]{4,})(?!\S)/gi,
      (list: string) => list.split(/,?\s+(?:(?:and|or)\s+)?/).join('|'),
    );
}

/** "M37", "M56"; "2411L", "2111L"; "CS1H", "CJ1G". What is measured in volts is one device for several. */
function isOfOneShape(parts: readonly string[]): boolean {
  const shape = (part: string) => part.replace(/[a-z]/gi, 'A').replace(/\d/g, '9');
  return parts.every(
    (part) =>
      shape(part) === shape(parts[0]!) &&
      /^[a-z0-9]{3,}$/i.test(part) &&
      /[a-z]/i.test(part) &&
      (/\d{2}/.test(part) || (/\d/.test(part) && part.length >= 4)) &&
      !/^\d+(?:[vaw]|vdc|vac|kw|k?va|[km]?hz|[kmg]b)$/i.test(part),
  );
}

function isPattern(token: string): boolean {
  return (
    (/\*/.test(token) && /[a-z0-9]{2,}/i.test(token)) ||
    /\d[A-Z]*x{2,}/.test(token) ||
    /^[A-Z]{2,}x{2,}$/.test(token) ||
    /[A-Z]\d+x(?![a-z])/.test(token) ||
    /\dXX+|-XX+(?:-|$)/.test(token)
  );
}

/** "BMEP58*S", "EBC-21xx", "FX5U(C)-32M", with each list item its own pattern. */
function toPattern(text: string): PartPattern[] {
  const source = text
    .replace(/[\s.-]/g, '')
    .replace(/[^A-Za-z0-9*?/()]/g, '')
    .replace(/\(([A-Za-z]+)\)/g, (_, letters: string) => `<${letters}>`)
    .replace(/x+|(?<=\d)X+(?=$|\d|[/-])|XX+/g, (run) => '?'.repeat(run.length))
    .toUpperCase()
    .replace(/\?/g, '[A-Z0-9]')
    // One star is any run; several are as many characters, and at the end one or more.
    .replace(/\*+/g, (stars, at: number, all: string) =>
      stars.length === 1
        ? '[A-Z0-9]*'
        : at + stars.length === all.length
          ? '[A-Z0-9]+'
          : `[A-Z0-9]{${stars.length}}`,
    )
    .replace(/<(\w+)>/g, '(?:$1)?');
  const weight = text.replace(/[^A-Za-z0-9]|x/g, '').length;
  if (weight < 2 || !isBounded(source)) return [];
  try {
    void new RegExp(source);
    return [{ text, source: `^${source}(?:/[A-Z0-9]+)?$`, weight }];
  } catch {
    return [];
  }
}

/** "FX5U-xMy/z x=32,64,80, y=T,R, z=ES,DS" */
function templatePattern(template: string, definitions: string): PartPattern[] {
  const values = new Map<string, string>();
  for (const [, letter, list] of definitions.matchAll(/([xyz])\s?=\s?([^xyz=]*)/g)) {
    const options = list!
      .split(/[,.\s]+/)
      .map((option) => option.replace(/[^A-Za-z0-9]/g, '').toUpperCase())
      .filter(Boolean);
    // Lists that lost their commas ("326480") cannot be told apart: anything goes.
    const lost = options.length === 1 && options[0]!.length > 3;
    values.set(letter!, lost ? '[A-Z0-9]+' : `(?:${options.join('|')})`);
  }
  const source = Array.from(template.replace(/[\s.-]/g, ''))
    .map(
      (character) =>
        values.get(character) ??
        (/[A-Za-z0-9/]/.test(character) ? character.toUpperCase() : character === '*' ? '[A-Z0-9]*' : ''),
    )
    .join('');
  const weight = template.replace(/[^A-Z0-9]/g, '').length;
  return isBounded(source)
    ? [{ text: `${template} ${definitions}`.trim(), source: `^${source}$`, weight }]
    : [];
}

/** "S7-300", "5580": names of product lines, which many different devices carry. */
let lines = linesOf([]);

function linesOf(taught: readonly NumbersOfFamily[]): ReadonlySet<string> {
  const named = [...(families.families as NumbersOfFamily[]), ...taught].flatMap(({ names }) =>
    names.flatMap((line) => line.split(' ')),
  );
  return new Set([...words.lines, ...named].map(compact).filter(hasDigit));
}

/** Takes these in place of those taught before. */
export function teachLines(taught: readonly NumbersOfFamily[]): void {
  lines = linesOf(taught);
}

export function isLine(token: string): boolean {
  return lines.has(token);
}

/** Whether a token is particular enough to stand for a model by itself: "q03udvcpu", "2711rt10t", "7508202". */
export function isTelling(token: string): boolean {
  if (lines.has(token)) return false;
  const digits = token.replace(/\D/g, '').length;
  const letters = token.replace(/[^a-z]/g, '').length;
  return token.length >= 5 && ((digits >= 2 && letters >= 1) || digits >= 6);
}

/** The word, and as it is where one speaks of several or of one: "servers", "server". */
export function inBothNumbers(token: string): readonly string[] {
  if (!/^[a-z]{4,}$/.test(token)) return [token];
  return [token, token.endsWith('s') ? token.slice(0, -1) : `${token}s`];
}

export function hasDigit(token: string): boolean {
  return /\d/.test(token);
}
