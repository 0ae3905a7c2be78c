/** Numbers of the BSAP documentation of Bristol as the analyser of ICSNPP has them. */
export const messages: Readonly<Record<number, string>> = {
  0: 'acknowledgement',
  1: 'reply, sent again',
  5: 'reply',
  6: 'request',
  0x84: 'request',
  0x86: 'request',
};

export const ACKNOWLEDGEMENT = 0;
export const REPLIES: readonly number[] = [1, 5];
export const REQUESTS: readonly number[] = [6, 0x84, 0x86];

export const PEI_PC = 0x03;
export const DATABASE = 0xa0;
export const EXTENSION = 0xa1;

/** Functions below the application, of the serial line, and the applications. */
export const functions: Readonly<Record<number, string>> = {
  [PEI_PC]: 'engineering station or operator',
  0x40: 'engineering interface of an RTU',
  0x48: 'diagnostics',
  0x50: 'transmitter request',
  0x51: 'transmitter reply',
  0x60: 'custom',
  0x68: 'flash download',
  0x6a: 'flash configuration',
  0x70: 'command handler request',
  0x71: 'command handler reply',
  0x78: 'download',
  0x81: 'dial-up acknowledgement',
  0x83: 'discarded',
  0x85: 'poll',
  0x86: 'downward transmission acknowledged',
  0x87: 'acknowledgement without data',
  0x88: 'time and node routing table',
  0x89: 'ask for time and node routing table',
  0x8a: 'upward acknowledgement with poll',
  0x8b: 'upward acknowledgement',
  0x95: 'no buffer',
  [DATABASE]: 'remote database access',
  [EXTENSION]: 'remote database access, extended',
  0xa2: 'report by exception',
  0xa3: 'report by exception manager',
  0xa8: 'alarm acknowledgement',
  0xa9: 'alarm initialisation',
  0xaa: 'alarm report',
  0xb0: 'peer-to-peer master',
  0xb1: 'peer-to-peer slave',
  0xbf: 'tunnel',
  0xc0: 'IP processing',
};
