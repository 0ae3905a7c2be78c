/**
 * Memory areas: SYSMAC CS/CJ-series Communications Commands (W342), 5-2-2; FINS Commands (W227), 2-2 for those of CV, which
 * have a numbering of their own.
 */
interface Area {
  /** As engineers write addresses in it: `D` before 100. */
  readonly prefix: string;
  /** Of one element, in octets. */
  readonly size: number;
  /** Elements are bits, written `word.bit`. */
  readonly bits?: boolean;
}

const areas: Record<number, Area> = {
  // CS, CJ, CP, NSJ, NJ.
  0x02: { prefix: 'D', size: 1, bits: true },
  0x06: { prefix: 'TK', size: 1 },
  0x07: { prefix: 'clock pulse ', size: 1 },
  0x09: { prefix: 'T', size: 1 },
  0x0a: { prefix: 'E', size: 1, bits: true },
  0x30: { prefix: 'CIO ', size: 1, bits: true },
  0x31: { prefix: 'W', size: 1, bits: true },
  0x32: { prefix: 'H', size: 1, bits: true },
  0x33: { prefix: 'A', size: 1, bits: true },
  0x46: { prefix: 'TK', size: 1 },
  0x49: { prefix: 'T', size: 1 },
  0x70: { prefix: 'CIO ', size: 1, bits: true },
  0x71: { prefix: 'W', size: 1, bits: true },
  0x72: { prefix: 'H', size: 1, bits: true },
  0x82: { prefix: 'D', size: 2 },
  0x89: { prefix: 'T', size: 2 },
  0x98: { prefix: 'E', size: 2 },
  0xb0: { prefix: 'CIO ', size: 2 },
  0xb1: { prefix: 'W', size: 2 },
  0xb2: { prefix: 'H', size: 2 },
  0xb3: { prefix: 'A', size: 2 },
  0xbc: { prefix: 'DR', size: 2 },
  0xdc: { prefix: 'IR', size: 4 },
  0xf0: { prefix: 'CIO ', size: 4 },
  0xf1: { prefix: 'W', size: 4 },
  0xf2: { prefix: 'H', size: 4 },
  // CV.
  0x00: { prefix: 'CIO ', size: 1, bits: true },
  0x01: { prefix: 'T', size: 1 },
  0x03: { prefix: 'TN', size: 1 },
  0x04: { prefix: 'ST', size: 1 },
  0x05: { prefix: 'forced ', size: 1, bits: true },
  0x1b: { prefix: 'AC', size: 1 },
  0x40: { prefix: 'CIO ', size: 1, bits: true },
  0x41: { prefix: 'T', size: 1 },
  0x43: { prefix: 'TN', size: 1 },
  0x44: { prefix: 'ST', size: 1 },
  0x80: { prefix: 'CIO ', size: 2 },
  0x81: { prefix: 'T', size: 2 },
  0x84: { prefix: 'ST', size: 2 },
  0x85: { prefix: 'forced ', size: 2 },
  0x9c: { prefix: 'register ', size: 2 },
  0xc0: { prefix: 'CIO ', size: 4 },
  0xdd: { prefix: 'interrupt ', size: 2 },
};

// Banks of expansion memory: words and bits of 0 to C and of D to 18, and those of CV.
for (let bank = 0; bank <= 0x0c; bank++) {
  areas[0x20 + bank] = { prefix: `E${bankName(bank)}_`, size: 1, bits: true };
  areas[0xa0 + bank] = { prefix: `E${bankName(bank)}_`, size: 2 };
}
for (let bank = 0x0d; bank <= 0x18; bank++) {
  areas[0xe0 + bank - 0x0d] = { prefix: `E${bankName(bank)}_`, size: 1, bits: true };
  areas[0x60 + bank - 0x0d] = { prefix: `E${bankName(bank)}_`, size: 2 };
}
for (let bank = 0; bank <= 7; bank++) areas[0x90 + bank] = { prefix: `E${bankName(bank)}_`, size: 2 };

const CV_TIMER_COUNTERS = new Set([0x01, 0x41, 0x81]);
const CS_TIMER_COUNTERS = new Set([0x09, 0x49, 0x89]);
const CV_CIO = new Set([0x00, 0x40, 0x80, 0xc0]);

export function areaOf(code: number): Area | undefined {
  return areas[code];
}

/** Octets of one element; 0 where the area is not known. */
export function sizeOf(area: number): number {
  return areas[area]?.size ?? 0;
}

/** `D100`, `CIO 10.03`, `E0_5`, `C12`. */
export function addressName(area: number, word: number, bit: number): string {
  const known = areas[area];
  if (!known) return `area 0x${area.toString(16).padStart(2, '0')} ${word}.${bit}`;
  const [prefix, number] = placed(area, known.prefix, word);
  return known.bits ? `${prefix}${number}.${String(bit).padStart(2, '0')}` : `${prefix}${number}`;
}

/** The one behind, `steps` elements on: of bits the next bit, of words the next word. */
export function addressAfter(area: number, word: number, bit: number, steps: number): [number, number] {
  if (!areas[area]?.bits) return [(word + steps) & 0xffff, bit];
  const at = word * 16 + bit + steps;
  return [(at >> 4) & 0xffff, at & 15];
}

/** Areas that share a code are told apart by their place: counters behind timers, auxiliary words behind CIO. */
function placed(area: number, prefix: string, word: number): [string, number] {
  if (CS_TIMER_COUNTERS.has(area) && word >= 0x8000) return ['C', word - 0x8000];
  if (CV_TIMER_COUNTERS.has(area) && word >= 0x0800) return ['C', word - 0x0800];
  if (CV_CIO.has(area) && word >= 0x0b00 && word <= 0x0cff) return ['A', word - 0x0b00];
  if (CV_CIO.has(area) && word >= 0x0a00 && word <= 0x0aff) return ['G', word - 0x0a00];
  return [prefix, word];
}

function bankName(bank: number): string {
  return bank.toString(16).toUpperCase();
}
