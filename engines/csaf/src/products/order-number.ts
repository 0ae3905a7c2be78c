import families from './data/families.json' with { type: 'json' };
import { repair } from '../text/repair.ts';

/** "6ES7 315-2EH14-0AB0" and "6es7315-2eh14-0ab0" are one number: blanks and dashes do not count. */
export function normaliseOrderNumber(text: string): string {
  return repair(text)
    .toUpperCase()
    .replace(/[\s._-]/g, '');
}

/** Siemens' machine-readable product designation (MLFB), as it stands in names. */
const mlfb =
  /\b(?:6[A-Z]{2}\d|7[A-Z]{2}\d|3[A-Z]{2}\d|9[A-Z]{2}\d|6AG[12]|A5E\d)\s?[A-Z0-9*?.x]{2,4}-[A-Z0-9*?.x]{4,5}(?:-[A-Z0-9*?.x]{4,5}(?:-Z)?)?/g;
/** Rockwell's catalogue numbers: bulletin, dash, type. */
const catalogue = /\b\d{4}[A-Z]{0,2}-\s?[A-Z][A-Z0-9]{2,}\b/g;

export interface OrderNumberInText {
  readonly number: string;
  readonly text: string;
  readonly vendor: string;
}

export function orderNumbersIn(text: string): OrderNumberInText[] {
  return [
    ...Array.from(text.matchAll(mlfb), ([found]) => ({
      number: normaliseOrderNumber(found),
      text: found,
      vendor: 'siemens',
    })),
    ...Array.from(text.matchAll(catalogue), ([found]) => ({
      number: normaliseOrderNumber(found),
      text: found,
      vendor: 'rockwell automation',
    })),
  ];
}

/** Order-number patterns: `?` is one character, `*` any run (CSAF 2.1 section 3.1.3.3.6); compared without blanks and dashes. */
export function orderNumberPattern(pattern: string): RegExp {
  const body = normaliseOrderNumber(pattern)
    .replace(/[^A-Z0-9?*/]/g, '')
    .replace(/[?*]/g, (sign) => (sign === '?' ? '[A-Z0-9]' : '[A-Z0-9/]*'));
  return isBounded(body) ? new RegExp(`^${body}$`) : /(?!)/;
}

/** Longer ones are not compared with patterns. */
export const LONGEST_NUMBER = 64;

/** A pattern with many runs of any length takes forever on a long number; real ones have three at most. */
export function isBounded(source: string): boolean {
  return (source.match(/\][*+]/g)?.length ?? 0) <= 4;
}

export interface Family {
  readonly vendor: string;
  readonly names: readonly string[];
  readonly relatedTo: string | undefined;
}

/** Which order numbers belong to a family, as families.json and what an instance adds to it have them. */
export interface NumbersOfFamily {
  /** The key of the vendor. */
  readonly vendor: string;
  readonly numbers: readonly string[];
  readonly not?: readonly string[] | undefined;
  readonly names: readonly string[];
  readonly relatedTo?: string | undefined;
}

const read = ({ vendor, numbers, not = [], names, relatedTo }: NumbersOfFamily) => ({
  family: { vendor, names, relatedTo } satisfies Family,
  numbers: numbers.map(orderNumberPattern),
  not: not.map(orderNumberPattern),
});
const ours = (families.families as NumbersOfFamily[]).map(read);
let familyTable = ours;

/** Takes these in place of those taught before. */
export function teachFamilies(taught: readonly NumbersOfFamily[]): void {
  familyTable = [...ours, ...taught.map(read)];
}

/** The families an order number belongs to. A SIPLUS number is looked up as its standard twin. */
export function familiesOf(orderNumber: string): Family[] {
  const number = normaliseOrderNumber(orderNumber);
  const twin = siplusTwin(number) ?? number;
  return familyTable
    .filter(({ numbers, not }) => numbers.some((one) => one.test(twin)) && !not.some((one) => one.test(twin)))
    .map(({ family }) => family);
}

/** SIPLUS devices (6AG1, 6AG2) are hardened twins; their number goes on like that of the standard device. */
export function siplusTwin(number: string): string | undefined {
  if (!/^6AG[12]/.test(number)) return undefined;
  const rest = number.slice(4);
  return /^[34]43|^343|^[12]4[23]/.test(rest) && /^\d{3}1[A-Z]X/.test(rest) ? `6GK7${rest}` : `6ES7${rest}`;
}
