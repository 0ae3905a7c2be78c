import type { Data } from './data.ts';
import { isFailure, type Result } from './variables.ts';

/** What a device reports by itself: IEC 61850-8-1, 17.2.3, table 36. */
export interface Report {
  readonly id: string;
  readonly sequence?: number;
  readonly dataSet?: string;
  readonly overflow?: boolean;
  readonly revision?: number;
  /** Place in the data set, reference where the device says it, value. */
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly place: number;
  readonly reference?: string;
  readonly value: Data;
}

/** The variable list by which reports are told from others. */
export const REPORT = 'RPT';

// OptFlds, IEC 61850-8-1, table 30: bits from the first.
const SEQUENCE = 1;
const TIME = 2;
const DATA_SET = 4;
const REFERENCES = 5;
const OVERFLOW = 6;
const ENTRY = 7;
const REVISION = 8;
const SEGMENTATION = 9;

/** Undefined when it is not built as the standard has it. */
export function reportOf(results: readonly Result[]): Report | undefined {
  let next = 0;
  const take = () => {
    const result = results[next++];
    return result === undefined || isFailure(result) ? undefined : result;
  };
  const id = take();
  const options = take();
  if (typeof id !== 'string' || !isBits(options)) return undefined;
  const has = (bit: number) => options.bits[bit] === '1';
  const sequence = has(SEQUENCE) ? take() : undefined;
  if (has(TIME)) take();
  const dataSet = has(DATA_SET) ? take() : undefined;
  const overflow = has(OVERFLOW) ? take() : undefined;
  if (has(ENTRY)) take();
  const revision = has(REVISION) ? take() : undefined;
  if (has(SEGMENTATION)) next += 2;
  const inclusion = take();
  if (!isBits(inclusion)) return undefined;
  const places = Array.from(inclusion.bits, (bit, place) => (bit === '1' ? place : -1)).filter(
    (place) => place >= 0,
  );
  const references = has(REFERENCES) ? places.map(take) : [];
  const entries = places.flatMap((place, i): Entry[] => {
    const value = take();
    if (value === undefined) return [];
    const reference = references[i];
    return [{ place, value, ...(typeof reference === 'string' && { reference }) }];
  });
  return {
    id,
    entries,
    ...(typeof sequence === 'number' && { sequence }),
    ...(typeof dataSet === 'string' && { dataSet }),
    ...(typeof overflow === 'boolean' && { overflow }),
    ...(typeof revision === 'number' && { revision }),
  };
}

function isBits(value: Data | undefined): value is { readonly bits: string } {
  return typeof value === 'object' && 'bits' in value;
}
