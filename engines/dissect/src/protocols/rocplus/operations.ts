import { operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const kind = operationsOf('roc-plus');

const history = kind(
  'read-history',
  'Read history',
  'read history ({items}) (answer: {values})',
  'read',
  'T0801',
);
const read = kind('read', 'Read parameters', 'read {items}: {values}', 'read');
const write = kind(
  'write',
  'Write parameters',
  'write {items} := {values} (before: {before})',
  'write',
  '!',
  'T0836',
  'T0855',
);

/** ROC Plus Protocol Specifications Manual, table 2-1. */
export const operations: Readonly<Record<number, OperationKind>> = {
  6: kind('read-configuration', 'System configuration', 'ask type and configuration', 'identify', 'T0888'),
  7: kind('read-clock', 'Read the clock', 'read the clock (answer: {time})', 'read'),
  8: kind('set-clock', 'Set the clock', 'set the clock (to {time})', 'configure', '!', 'T0836'),
  10: read,
  11: write,
  17: kind('log-in', 'Log in or out', '{phase} as {user}', 'authenticate', 'T0859'),
  24: kind('store-and-forward', 'Store and forward', 'pass a message on', 'other'),
  50: kind('read-points', 'Read I/O positions', 'read where I/O points are', 'read'),
  100: kind('user-defined', 'User-defined information', 'user-defined information', 'read'),
  105: history,
  108: history,
  118: kind('read-alarms', 'Read alarms', 'read alarms ({items}) (answer: {entries})', 'read'),
  119: kind('read-events', 'Read events', 'read events ({items}) (answer: {entries})', 'read'),
  135: history,
  136: history,
  137: history,
  138: history,
  139: history,
  166: write,
  167: read,
  180: read,
  181: write,
  203: kind('files', 'File transfer', '{phase} file {file}', 'program', '!', 'T0893', 'T0867'),
  205: kind('peer-to-peer', 'Peer-to-peer network', 'message of the peer-to-peer network', 'other'),
  206: history,
  224: kind('report-by-exception', 'Report by exception', 'a report by exception waits', 'other'),
  225: kind(
    'acknowledge-report',
    'Acknowledge a report',
    'acknowledge a report by exception',
    'other',
    'T0878',
  ),
};

/** Parameters of point type 92. */
export const changeLogon = kind(
  'change-logon',
  'Change who may log in',
  'change who may log in: {items} := {values}',
  'authenticate',
  '!',
  'T0892',
);
export const unknownOpcode = kind('unknown-opcode', 'Other opcode', 'opcode {command}', 'other');
