import { operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const kind = operationsOf('melsec');

const read = kind('read', 'Read devices', 'read {items}: {values}', 'read');
const write = kind(
  'write',
  'Write devices',
  'write {items} := {values} (before: {before})',
  'write',
  '!',
  'T0836',
  'T0855',
);
const monitor = kind('monitor', 'Monitor devices', 'monitor {items}: {values}', 'read', 'T0801');
const readBuffer = kind(
  'read-buffer',
  'Read buffer memory',
  'read {quantity} from {address} of buffer memory',
  'read',
);
const writeBuffer = kind(
  'write-buffer',
  'Write buffer memory',
  'write {quantity} to {address} of buffer memory',
  'write',
  '!',
  'T0836',
);

/** SH(NA)-080956ENG, 5.1: by command. */
export const operations: Readonly<Record<number, OperationKind>> = {
  0x0101: kind('read-type', 'Read type name', 'ask the model', 'identify', 'T0888'),
  0x0401: read,
  0x0403: read,
  0x0406: read,
  0x1401: write,
  0x1402: write,
  0x1406: write,
  0x0801: monitor,
  0x0802: monitor,
  0x0613: readBuffer,
  0x0601: readBuffer,
  0x1613: writeBuffer,
  0x1601: writeBuffer,
  0x0619: kind('self-test', 'Loopback test', 'test the connection', 'other'),
  0x0e30: kind('search-nodes', 'Search for nodes', 'ask who is there', 'identify', 'T0846'),
  0x0e31: kind(
    'set-address',
    'Set IP address',
    'set the IP address of a node',
    'configure',
    '!',
    'T0836',
    'T0814',
  ),
  0x1001: kind('run', 'Remote RUN', 'change to RUN: {mode}', 'control', '!', 'T0858'),
  0x1002: kind('stop', 'Remote STOP', 'change to STOP', 'control', '!', 'T0858'),
  0x1003: kind('pause', 'Remote PAUSE', 'change to PAUSE: {mode}', 'control', '!', 'T0858'),
  0x1005: kind('clear-latch', 'Remote latch clear', 'clear all latched devices', 'control', '!', 'T0809'),
  0x1006: kind('reset', 'Remote RESET', 'reset', 'control', '!', 'T0816'),
  0x1617: kind('clear-error', 'Clear errors', 'clear errors', 'configure', '!', 'T0872'),
  0x1630: kind('unlock', 'Unlock with remote password', 'unlock with a password', 'authenticate', 'T0859'),
  0x1631: kind('lock', 'Lock with remote password', 'lock with a password', 'authenticate', '!', 'T0892'),
  0x1810: kind('list-files', 'List files', 'list files', 'read', 'T0893'),
  0x1811: kind('find-file', 'Find file', 'find a file', 'read'),
  0x1820: kind('create-file', 'Create file', 'create a file', 'program', '!', 'T0843'),
  0x1822: kind('delete-file', 'Delete file', 'delete a file', 'program', '!', 'T0809'),
  0x1824: kind('copy-file', 'Copy file', 'copy a file', 'program', '!'),
  0x1825: kind('change-attributes', 'Change file attributes', 'change attributes of a file', 'program', '!'),
  0x1826: kind('change-date', 'Change file date', 'change the date of a file', 'program', '!', 'T0872'),
  0x1827: kind('open-file', 'Open file', 'open a file', 'read'),
  0x1828: kind('read-file', 'Read file', 'read a file', 'program', '!', 'T0845'),
  0x1829: kind('write-file', 'Write file', 'write a file', 'program', '!', 'T0843'),
  0x182a: kind('close-file', 'Close file', 'close a file', 'other'),
};

export const unknownCommand = kind(
  'unknown-command',
  'Other command',
  'command {command}, subcommand {subfunction}',
  'other',
);
