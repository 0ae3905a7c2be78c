import { operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const kind = operationsOf('ge-srtp');

/** GFK-0529, service request codes. */
export const operations: Readonly<Record<number, OperationKind>> = {
  0x00: kind('short-status', 'Short status', 'ask the status', 'read', 'T0868'),
  0x03: kind(
    'program-names',
    'Return control program names',
    'ask the names of control programs',
    'read',
    'T0888',
  ),
  0x04: kind('read', 'Read system memory', 'read {items}: {values}', 'read'),
  0x05: kind('read-task', 'Read task memory', 'read task memory', 'read'),
  0x06: kind(
    'read-program-memory',
    'Read program block memory',
    'read program block memory',
    'program',
    '!',
    'T0845',
  ),
  0x07: kind(
    'write',
    'Write system memory',
    'write {items} := {values} (before: {before})',
    'write',
    '!',
    'T0836',
    'T0855',
  ),
  0x08: kind('write-task', 'Write task memory', 'write task memory', 'write', '!', 'T0836'),
  0x09: kind(
    'write-program-memory',
    'Write program block memory',
    'write program block memory',
    'program',
    '!',
    'T0889',
  ),
  0x20: kind('log-on', 'Programmer logon', 'log on as programmer', 'authenticate', 'T0859'),
  0x21: kind(
    'change-privilege',
    'Change privilege level',
    'change to privilege level {value}',
    'authenticate',
    '!',
    'T0859',
  ),
  0x22: kind('set-cpu-id', 'Set CPU ID', 'set the name of the CPU', 'configure', '!', 'T0836'),
  0x23: kind('set-state', 'Set RUN or STOP', 'change between RUN and STOP: {value}', 'control', '!', 'T0858'),
  0x24: kind('set-clock', 'Set time and date', 'set the clock', 'configure', '!', 'T0836'),
  0x25: kind('read-clock', 'Return time and date', 'read the clock', 'read'),
  0x38: kind('read-faults', 'Return fault table', 'read the fault table', 'read'),
  0x39: kind('clear-faults', 'Clear fault table', 'clear the fault table', 'configure', '!', 'T0872'),
  0x3f: kind('upload', 'Program store', 'read the program', 'program', '!', 'T0845'),
  0x40: kind('download', 'Program load', 'load a program', 'program', '!', 'T0843'),
  0x43: kind('identify', 'Return controller type and ID', 'ask type and name', 'identify', 'T0888'),
  0x44: kind(
    'toggle-force',
    'Toggle force of system memory',
    'force or release {items}',
    'write',
    '!',
    'T0835',
  ),
};

export const unknownService = kind(
  'unknown-service',
  'Other service request',
  'service request {service}',
  'other',
);
export const connect = kind('connect', 'Open a connection', 'open a connection', 'other');
