export const DATA = 1;
export const ASK_FOR_DATA = 2;
export const READ_CLOCK = 5;
export const CLOCK = 6;
export const READ = 11;
export const VALUES = 12;
export const STATUS = 16;
export const EVENTS_AVAILABLE = 17;

export const types: Readonly<Record<number, string>> = {
  [DATA]: 'data',
  [ASK_FOR_DATA]: 'ask for data',
  3: 'write values',
  4: 'values written',
  [READ_CLOCK]: 'read clock',
  [CLOCK]: 'clock',
  7: 'set clock',
  8: 'clock set',
  9: 'adjust clock',
  10: 'clock adjusted',
  [READ]: 'read values',
  [VALUES]: 'values',
  13: 'read events',
  14: 'events',
  15: 'ask for the state',
  [STATUS]: 'state',
  [EVENTS_AVAILABLE]: 'events available',
};

/** Those with even numbers answer, but for the question for data; data and the announcement of events come unasked, too. */
export function answers(type: number): boolean {
  return type === DATA || type === EVENTS_AVAILABLE || (type % 2 === 0 && type !== ASK_FOR_DATA);
}

/** What a question is answered with. */
export function answerTo(type: number): number {
  return type === ASK_FOR_DATA ? DATA : type + 1;
}

/** A kind of points: `first` is the alias under which programs and operators know the first of them. */
export interface Bin {
  readonly name: string;
  readonly first: number;
  readonly most: number;
  readonly kind: 'bit' | 'integer' | 'real' | 'status';
}

export const bins: readonly Bin[] = [
  { name: 'discrete outputs', first: 1, most: 2000, kind: 'bit' },
  { name: 'discrete memory', first: 2001, most: 2000, kind: 'bit' },
  { name: 'discrete inputs', first: 10_001, most: 2000, kind: 'bit' },
  { name: 'discrete memory, read only', first: 12_001, most: 2000, kind: 'bit' },
  { name: 'analog inputs', first: 30_001, most: 1000, kind: 'integer' },
  { name: 'integer memory, read only', first: 31_001, most: 1000, kind: 'integer' },
  { name: 'real inputs', first: 32_001, most: 120, kind: 'real' },
  { name: 'real memory, read only', first: 33_001, most: 1000, kind: 'real' },
  { name: 'discrete status', first: 14_001, most: 5999, kind: 'bit' },
  { name: 'integer status', first: 39_631, most: 369, kind: 'status' },
  { name: 'analog outputs', first: 40_001, most: 250, kind: 'integer' },
  { name: 'integer memory', first: 40_251, most: 750, kind: 'integer' },
  { name: 'real memory', first: 41_001, most: 1000, kind: 'real' },
];

export function aliasName(alias: number): string {
  return String(alias).padStart(5, '0');
}
