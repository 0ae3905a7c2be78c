import { Refusals } from '../../analysis/refusals.ts';

export const refusals = new Refusals('dcerpc');

/** C706, appendix E; [MS-RPCE], 2.2.2.11, and the system errors that servers send instead. */
export const faults: Readonly<Record<number, string>> = {
  0x00000005: 'access denied',
  0x000006f7: 'bad stub data',
  0x1c000001: 'zero divide',
  0x1c000002: 'address error',
  0x1c000003: 'floating point zero divide',
  0x1c000004: 'floating point underflow',
  0x1c000005: 'floating point overflow',
  0x1c000006: 'invalid tag',
  0x1c000007: 'invalid bound',
  0x1c000008: 'version mismatch',
  0x1c000009: 'unspecified rejection',
  0x1c00000a: 'bad activity identifier',
  0x1c00000b: 'who are you failed',
  0x1c00000c: 'manager not entered',
  0x1c00000d: 'cancelled',
  0x1c00000e: 'illegal instruction',
  0x1c00000f: 'floating point error',
  0x1c000010: 'integer overflow',
  0x1c000012: 'unspecified fault',
  0x1c000013: 'remote communication failure',
  0x1c00001a: 'context mismatch',
  0x1c00001b: 'remote out of memory',
  0x1c00001c: 'invalid presentation context',
  0x1c00001d: 'unsupported authentication level',
  0x1c00001f: 'invalid checksum',
  0x1c000024: 'object not found',
  0x1c000025: 'no client stub',
  0x1c010001: 'communication failure',
  0x1c010002: 'function out of range',
  0x1c010003: 'unknown interface',
  0x1c010006: 'wrong boot time',
  0x1c010009: 'server crashed',
  0x1c01000b: 'protocol error',
  0x1c010013: 'output arguments too big',
  0x1c010014: 'server too busy',
  0x1c010015: 'string too long',
  0x1c010017: 'unsupported type',
  0x80010105: 'server threw an exception',
  0x80070005: 'access denied',
  0x800706ba: 'server unavailable',
};
export const faultOf = refusals.numbered(faults);

/** C706, 12.6.3.1: the reason of a bind that was refused. */
export const bindRefusals: Readonly<Record<number, string>> = {
  0: 'reason not specified',
  1: 'temporary congestion',
  2: 'local limit exceeded',
  3: 'called presentation address unknown',
  4: 'protocol version not supported',
  5: 'default context not supported',
  6: 'user data not readable',
  7: 'no presentation context',
  8: 'authentication type not recognized',
  9: 'invalid checksum',
};
export const bindRefusalOf = refusals.numbered(bindRefusals);

/** C706, 12.6.3.1: why one interface of a bind was not accepted. */
export const contextRefusals: Readonly<Record<number, string>> = {
  0: 'reason not specified',
  1: 'abstract syntax not supported',
  2: 'proposed transfer syntaxes not supported',
  3: 'local limit exceeded',
};
export const contextRefusalOf = refusals.numbered(contextRefusals);
