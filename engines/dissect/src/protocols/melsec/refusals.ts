import { Refusals } from '../../analysis/refusals.ts';

const words = {
  0x4010: 'not possible while running',
  0x4013: 'not possible in this operating state',
  0x4021: 'drive memory not available',
  0x4022: 'file not found',
  0x4023: 'file name and number do not match',
  0x4024: 'file not accessible',
  0x4031: 'device out of range',
  0x4080: 'request data error',
  0xc035: 'no reply in time',
  0xc050: 'not ASCII that can be converted',
  0xc051: 'too many bit or word points',
  0xc052: 'too many points',
  0xc053: 'too many random bit points',
  0xc054: 'too many random word points',
  0xc056: 'address out of range',
  0xc058: 'length does not match data',
  0xc059: 'unknown command or subcommand',
  0xc05b: 'device cannot be accessed',
  0xc05c: 'wrong request content',
  0xc05d: 'monitor not registered',
  0xc05f: 'request cannot be executed',
  0xc060: 'wrong request content for bits',
  0xc061: 'length does not match number of points',
  0xc06f: 'ASCII and binary do not match',
  0xc070: 'device memory extension not possible',
  0xc0b5: 'data cannot be handled by the CPU',
  0xc200: 'wrong remote password',
  0xc201: 'locked by remote password',
  0xc204: 'locked by another device',
  0xc810: 'wrong remote password',
  0xc815: 'password entry locked out',
};

/** SH(NA)-080008: completion codes of 1E, and what follows 0x5b. Some cited from memory. */
const words1E = {
  0x50: 'unknown command or subcommand',
  0x54: 'not ASCII that can be converted',
  0x55: 'not possible while running',
  0x56: 'device out of range',
  0x57: 'too many points',
  0x58: 'address out of range',
  0x59: 'device memory extension not possible',
  0x60: 'no reply in time',
  0x5b10: 'wrong station number',
  0x5b11: 'data cannot be handled by the CPU',
  0x5b18: 'not possible in this operating state',
  0x5b20: 'no reply in time',
};

/** SH(NA)-080956ENG, 7, and SH(NA)-080008: end codes. Some cited from memory. */
export const refusals = new Refusals('melsec');
export const refusalOf = refusals.numbered(words);
export const refusalOf1E = refusals.numbered(words1E);

/** The CPU's codes are the same in MELSOFT. */
export const melsoftRefusals = new Refusals('melsoft');
export const melsoftRefusalOf = melsoftRefusals.numbered(words);
