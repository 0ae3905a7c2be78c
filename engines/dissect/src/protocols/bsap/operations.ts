import type { OperationKind } from '../../dissector.ts';

type Row = readonly [name: string, title: string, text: string, access: OperationKind['access'], ...string[]];

/** Dangerous ones have `!` and their techniques (ATT&CK for ICS 18.1) behind them. */
function kind([name, title, text, access, ...rest]: Row): OperationKind {
  const techniques = rest.filter((one) => one.startsWith('T'));
  return {
    code: `bsap.${name}`,
    title,
    text,
    access,
    ...(rest.includes('!') && { dangerous: true }),
    ...(techniques.length > 0 && { techniques }),
  };
}

const read = kind(['read', 'Read signals', 'read {items}: {values}', 'read', 'T0801']);
const readLogical = kind([
  'read-logical',
  'Read packed logical signals',
  'read packed logical signals',
  'read',
]);
const readList = kind(['read-list', 'Read a list of signals', 'read a list of signals', 'read', 'T0801']);
const write = kind(['write', 'Write signals', 'write {items} := {values}', 'write', '!', 'T0836', 'T0855']);
const writeList = kind([
  'write-list',
  'Write a list of signals',
  'write a list of signals',
  'write',
  '!',
  'T0836',
  'T0855',
]);

export const READ_BY_ADDRESS = 0x00;
export const READ_BY_NAME = 0x04;
export const WRITE_BY_ADDRESS = 0x80;
export const WRITE_BY_NAME = 0x84;

/** Functions of remote database access. */
export const databaseOperations: Readonly<Record<number, OperationKind>> = {
  [READ_BY_ADDRESS]: read,
  0x02: readLogical,
  [READ_BY_NAME]: read,
  0x06: readLogical,
  0x0c: readList,
  0x0d: readList,
  0x0e: readList,
  0x0f: readList,
  [WRITE_BY_ADDRESS]: write,
  [WRITE_BY_NAME]: write,
  0x8c: writeList,
  0x8d: writeList,
};

const readClock = kind(['read-clock', 'Read the clock', 'read the clock', 'read']);

/** The extension of remote database access, of flow computers. */
export const extensionOperations: Readonly<Record<number, OperationKind>> = {
  0x0101: kind(['reset', 'Reset the system', 'reset the system', 'control', '!', 'T0816', 'T0814']),
  0x0102: kind(['reset-diagnostics', 'Reset diagnostics', 'reset diagnostics', 'control', '!', 'T0872']),
  0x0201: readClock,
  0x0202: readClock,
  0x0203: readClock,
  0x0281: kind(['set-clock', 'Set the clock', 'set the clock', 'configure', '!', 'T0836']),
  0x0400: kind([
    'set-address',
    'Change the local address',
    'change the local address',
    'configure',
    '!',
    'T0836',
  ]),
};

const download = kind([
  'download',
  'Download a program',
  'download a program',
  'program',
  '!',
  'T0843',
  'T0889',
]);
const alarm = kind(['alarm', 'Alarm', 'report an alarm', 'other']);
const peer = kind(['peer', 'Peer-to-peer transfer', 'transfer lists from peer to peer', 'write']);

/** Other functions of an application that a message is for. */
export const functionOperations: Readonly<Record<number, OperationKind>> = {
  0x48: kind(['diagnostics', 'Diagnostics', 'ask for diagnostics', 'read', 'T0888']),
  0x68: kind([
    'download-flash',
    'Download into flash memory',
    'download into flash memory',
    'program',
    '!',
    'T0843',
    'T0857',
  ]),
  0x6a: kind([
    'configure-flash',
    'Configure by flash memory',
    'configure by flash memory',
    'configure',
    '!',
    'T0836',
  ]),
  0x70: kind(['command', 'Command of an operator', 'hand over a command', 'control', '!', 'T0855']),
  0x78: download,
  0x88: kind(['set-time', 'Time and routing', 'tell time and routes', 'configure']),
  0x89: kind(['ask-time', 'Ask for time and routing', 'ask for time and routes', 'read']),
  0xa2: kind(['report', 'Report by exception', 'report by exception', 'other']),
  0xa3: kind(['manage-reports', 'Manage reports by exception', 'manage reports by exception', 'configure']),
  0xa8: kind(['acknowledge-alarm', 'Acknowledge an alarm', 'acknowledge an alarm', 'control', 'T0878']),
  0xa9: kind(['initialise-alarms', 'Initialise alarms', 'initialise alarms', 'control', '!', 'T0878']),
  0xaa: alarm,
  0xb0: peer,
  0xb1: peer,
};

export const otherFunction: OperationKind = kind([
  'other-function',
  'Other function',
  'function {function}',
  'other',
]);
