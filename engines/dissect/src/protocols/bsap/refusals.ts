import { Refusals } from '../../analysis/refusals.ts';

export const refusals = new Refusals('bsap');

const SOME_ELEMENT = 0x80;

const bits: readonly [mask: number, words: string][] = [
  [0x40, 'invalid data base function'],
  [0x20, 'version number does not match'],
  [0x10, 'no match found'],
  [0x08, 'analog value in packed logical processing'],
  [0x04, 'name not found or request too large'],
];
const byBit = bits.map(([mask, words]) => [mask, refusals.named(words)] as const);

const refusalOfElement = refusals.numbered({
  0x02: 'area is read-only',
  0x04: 'invalid address or signal name',
  0x05: 'security violation',
  0x06: 'signal is inhibited manually',
  0x07: 'invalid write',
  0x08: 'premature end of data',
  0x09: 'incomplete request',
  0x10: 'no match for the signal name',
});

/** Of a whole answer (RER): several may be set, the first is told. With the highest bit alone, an element was refused. */
export const refusalOf = (error: number, element: number | undefined) =>
  byBit.find(([mask]) => error & mask)?.[1] ?? refusalOfElement(element ?? error);

export const hasElementErrors = (error: number): boolean => (error & SOME_ELEMENT) !== 0;
