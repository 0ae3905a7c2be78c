/** IEEE 1815-2012, 4.2.2.5. */
export const CONFIRM = 0;
export const READ = 1;
export const WRITE = 2;
export const SELECT = 3;
export const OPERATE = 4;
export const DIRECT_OPERATE = 5;
export const DIRECT_OPERATE_NO_REPLY = 6;
export const RESPONSE = 129;
export const UNSOLICITED = 130;
export const AUTHENTICATION_RESPONSE = 131;

export const functions: Record<number, string> = {
  [CONFIRM]: 'confirm',
  [READ]: 'read',
  [WRITE]: 'write',
  [SELECT]: 'select',
  [OPERATE]: 'operate',
  [DIRECT_OPERATE]: 'direct operate',
  [DIRECT_OPERATE_NO_REPLY]: 'direct operate, no reply',
  7: 'freeze',
  8: 'freeze, no reply',
  9: 'freeze and clear',
  10: 'freeze and clear, no reply',
  11: 'freeze at time',
  12: 'freeze at time, no reply',
  13: 'cold restart',
  14: 'warm restart',
  15: 'initialize data (obsolete)',
  16: 'initialize application',
  17: 'start application',
  18: 'stop application',
  19: 'save configuration (deprecated)',
  20: 'enable unsolicited responses',
  21: 'disable unsolicited responses',
  22: 'assign class',
  23: 'delay measurement',
  24: 'record current time',
  25: 'open file',
  26: 'close file',
  27: 'delete file',
  28: 'get file information',
  29: 'authenticate file',
  30: 'abort file transfer',
  31: 'activate configuration',
  32: 'authentication request',
  33: 'authentication request, no reply',
  [RESPONSE]: 'response',
  [UNSOLICITED]: 'unsolicited response',
  [AUTHENTICATION_RESPONSE]: 'authentication response',
};

/** 4.2.2.6, the first octet in the low byte. */
export const RESTARTED = 0x0080;
export const TROUBLE = 0x0040;
export const LOCAL = 0x0020;
export const NO_FUNCTION = 0x0100;
export const NO_OBJECT = 0x0200;
export const PARAMETER_WRONG = 0x0400;
export const OVERFLOW = 0x0800;
export const EXECUTING = 0x1000;
export const CORRUPT = 0x2000;

export const indications: readonly (readonly [mask: number, name: string])[] = [
  [0x0001, 'broadcast received'],
  [0x0002, 'class 1 events'],
  [0x0004, 'class 2 events'],
  [0x0008, 'class 3 events'],
  [0x0010, 'needs time'],
  [LOCAL, 'local control'],
  [TROUBLE, 'device trouble'],
  [RESTARTED, 'device restarted'],
  [NO_FUNCTION, 'function not supported'],
  [NO_OBJECT, 'object unknown'],
  [PARAMETER_WRONG, 'parameter error'],
  [OVERFLOW, 'event buffer overflow'],
  [EXECUTING, 'already executing'],
  [CORRUPT, 'configuration corrupt'],
  [0x4000, 'reserved'],
  [0x8000, 'reserved'],
];

/** Annex A, group 12 and 41: why a control was not done. */
export const controlStatuses: Record<number, string> = {
  0: 'success',
  1: 'timeout',
  2: 'no select',
  3: 'format error',
  4: 'not supported',
  5: 'already active',
  6: 'hardware error',
  7: 'local',
  8: 'too many operations',
  9: 'not authorized',
  10: 'automation inhibit',
  11: 'processing limited',
  12: 'out of range',
  13: 'downstream local',
  14: 'already complete',
  15: 'blocked',
  16: 'cancelled',
  17: 'blocked by other master',
  18: 'downstream failed',
  126: 'non participating',
  127: 'undefined',
};

/** Annex A, group 12. */
export const controlTypes: Record<number, string> = {
  0: 'nul',
  1: 'pulse-on',
  2: 'pulse-off',
  3: 'latch-on',
  4: 'latch-off',
};
export const tripClose: Record<number, string> = { 0: 'nul', 1: 'close', 2: 'trip', 3: 'reserved' };

/** Annex A, group 70. */
export const fileStatuses: Record<number, string> = {
  0: 'success',
  1: 'permission denied',
  2: 'invalid mode',
  3: 'file not found',
  4: 'file locked',
  5: 'too many open',
  6: 'invalid handle',
  7: 'write block size',
  8: 'communication lost',
  9: 'cannot abort',
  16: 'not opened',
  17: 'handle expired',
  18: 'buffer overrun',
  19: 'fatal',
  20: 'block out of sequence',
  255: 'undefined',
};
export const fileModes: Record<number, string> = { 0: 'nul', 1: 'read', 2: 'write', 3: 'append' };
export const fileTypes: Record<number, string> = { 0: 'directory', 1: 'file' };

/** 9.2.3: what the addresses at the end of the range are for. */
export const FIRST_BROADCAST = 0xfffd;
const SELF = 0xfffc;
const confirmations = ['no confirmation', 'confirmation required', 'confirmation optional'];

export function addressName(address: number): string | undefined {
  if (address >= FIRST_BROADCAST) return `broadcast, ${confirmations[address - FIRST_BROADCAST]!}`;
  return address === SELF ? 'self address' : undefined;
}
