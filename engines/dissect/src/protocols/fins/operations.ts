import { type OperationRow, operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const kind = operationsOf('omron-fins');

const read: OperationRow = ['read-memory', 'Read memory', 'read {items}: {values}', 'read'];

/** By command code: W342, 5-1-2; W227, appendix A. */
const rows: Readonly<Record<number, OperationRow>> = {
  0x0101: read,
  0x0102: [
    'write-memory',
    'Write memory',
    'write {items} := {values} (before: {before})',
    'write',
    '!',
    'T0836',
    'T0855',
  ],
  0x0103: ['fill-memory', 'Fill memory', 'fill {items} with {values}', 'write', '!', 'T0836', 'T0855'],
  0x0104: ['read-memory-multiple', 'Read several addresses', 'read {items}: {values}', 'read'],
  0x0105: ['transfer-memory', 'Copy memory', 'copy {items} to {destination}', 'write', '!', 'T0836', 'T0855'],
  0x0201: [
    'read-parameters',
    'Read parameter area',
    'read {quantity} words of parameter area {address}',
    'read',
  ],
  0x0202: [
    'write-parameters',
    'Write parameter area',
    'write {quantity} words of parameter area {address}',
    'configure',
    '!',
    'T0836',
  ],
  0x0203: [
    'clear-parameters',
    'Clear parameter area',
    'clear {quantity} words of parameter area {address}',
    'configure',
    '!',
    'T0836',
    'T0809',
  ],
  0x0220: ['read-data-links', 'Read data link table', 'read the data link table', 'read'],
  0x0221: [
    'write-data-links',
    'Write data link table',
    'write the data link table',
    'configure',
    '!',
    'T0836',
  ],
  0x0304: ['protect-program', 'Protect program', 'protect program {program}', 'program', '!', 'T0892'],
  0x0305: [
    'unprotect-program',
    'Clear program protection',
    'clear the protection of program {program}',
    'program',
    '!',
    'T0809',
    'T0892',
  ],
  0x0306: [
    'read-program',
    'Read program',
    'read {octets} bytes of program {program} from {offset}',
    'program',
    '!',
    'T0845',
  ],
  0x0307: [
    'write-program',
    'Write program',
    'write {octets} bytes of program {program} from {offset}',
    'program',
    '!',
    'T0843',
  ],
  0x0308: ['clear-program', 'Clear program', 'clear program {program}', 'program', '!', 'T0809'],
  0x0401: ['run', 'Run', 'change to {mode}', 'control', '!', 'T0858'],
  0x0402: ['stop', 'Stop', 'change to program mode', 'control', '!', 'T0858'],
  0x0403: ['reset', 'Reset', 'reset', 'control', '!', 'T0816'],
  0x0501: ['read-controller-data', 'Read controller data', 'ask model and version', 'identify', 'T0888'],
  0x0502: ['read-connection-data', 'Read connection data', 'ask which units are there', 'identify', 'T0888'],
  0x0601: ['read-status', 'Read controller status', 'ask the status: {mode}', 'read', 'T0868'],
  0x0602: ['read-network-status', 'Read network status', 'ask the status of the network', 'read'],
  0x0603: ['read-data-link-status', 'Read data link status', 'ask the status of data links', 'read'],
  0x0620: ['read-cycle-time', 'Read cycle time', 'ask the cycle time', 'read'],
  0x0701: ['read-clock', 'Read clock', 'read the clock: {time}', 'read'],
  0x0702: ['write-clock', 'Write clock', 'set the clock to {time}', 'configure', '!', 'T0836'],
  0x0801: ['loopback', 'Loopback test', 'test the connection', 'other'],
  0x0802: ['read-broadcast-test', 'Read broadcast test results', 'ask how many broadcasts arrived', 'other'],
  0x0803: ['broadcast-test', 'Broadcast test', 'send a broadcast as a test', 'other'],
  0x0920: ['messages', 'Read or clear messages', 'read or clear messages', 'read'],
  0x0c01: ['acquire-access', 'Acquire access right', 'acquire the access right', 'configure'],
  0x0c02: [
    'force-access',
    'Acquire access right by force',
    'take the access right from whoever has it',
    'configure',
    '!',
    'T0827',
    'T0855',
  ],
  0x0c03: ['release-access', 'Release access right', 'release the access right', 'configure'],
  0x2101: ['clear-error', 'Clear error', 'clear error {qualifier}', 'configure', '!', 'T0878'],
  0x2102: ['read-error-log', 'Read error log', 'read the error log', 'read'],
  0x2103: ['clear-error-log', 'Clear error log', 'clear the error log', 'configure', '!', 'T0872'],
  0x2201: ['list-files', 'List files', 'list files', 'read', 'T0893'],
  0x2202: [
    'read-file',
    'Read file',
    'read {octets} bytes of file {file} from {offset}',
    'program',
    '!',
    'T0893',
  ],
  0x2203: [
    'write-file',
    'Write file',
    'write {octets} bytes of file {file} from {offset}',
    'program',
    '!',
    'T0867',
  ],
  0x2204: ['format-card', 'Format memory card', 'format the memory card', 'program', '!', 'T0809'],
  0x2205: ['delete-files', 'Delete files', 'delete {files}', 'program', '!', 'T0809'],
  0x2206: [
    'volume-label',
    'Create or delete volume label',
    'set or delete volume label {name}',
    'configure',
    '!',
  ],
  0x2207: ['copy-file', 'Copy file', 'copy files: {files}', 'program', '!'],
  0x2208: ['rename-file', 'Rename file', 'rename files: {files}', 'program', '!'],
  0x2209: ['check-file', 'Check file', 'check {file}', 'read'],
  0x220a: [
    'transfer-memory-file',
    'Transfer memory and file',
    'transfer between memory {items} and file {file}',
    'program',
    '!',
    'T0843',
  ],
  0x220b: [
    'transfer-parameter-file',
    'Transfer parameters and file',
    'transfer between parameters and file {file}',
    'program',
    '!',
    'T0843',
  ],
  0x220c: [
    'transfer-program-file',
    'Transfer program and file',
    'transfer between program and file {file}',
    'program',
    '!',
    'T0843',
  ],
  0x220f: ['read-file-index', 'Read file memory index', 'read the index of file memory', 'read'],
  0x2210: ['read-file-memory', 'Read file memory', 'read a block of file memory', 'program', '!', 'T0893'],
  0x2211: ['write-file-memory', 'Write file memory', 'write a block of file memory', 'program', '!', 'T0867'],
  0x2301: ['force', 'Forced set and reset', 'force {items}: {values}', 'write', '!', 'T0835'],
  0x2302: ['cancel-forces', 'Cancel all forces', 'cancel all forces', 'write', '!', 'T0835'],
  0x230a: ['read-forces', 'Read forced status', 'read forces of {items}', 'read'],
  0x2601: ['set-name', 'Set name', 'set the name to {name}', 'configure', '!'],
  0x2602: ['delete-name', 'Delete name', 'delete the name', 'configure', '!'],
  0x2603: ['read-name', 'Read name', 'ask the name', 'identify', 'T0888'],
};

export const commandNames: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(rows).map(([code, [, title]]) => [code, title]),
);

export const operations: Readonly<Record<number, OperationKind>> = Object.fromEntries(
  Object.entries(rows).map(([code, row]) => [code, kind(...row)]),
);

export const unknownCommand = kind('unknown-command', 'Unknown command', 'command {command}', 'other');

/** FINS/TCP: a client asks for a node address before anything else. */
export const connect = kind('connect', 'Exchange of node addresses', 'connect as node {source}', 'other');
