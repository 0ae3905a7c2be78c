import { operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const kind = operationsOf('ade-remoting');

export const lookUp = kind('look-up', 'Look up a service', 'look up {name}', 'other', 'T0888');
export const readState = kind('read-state', 'Read state', 'ask the state (got {state})', 'read', 'T0868');
export const unknownCall = kind('unknown-call', 'Other call', 'call method {method} of {service}', 'other');

const readAttributes = kind(
  'read-attributes',
  'Read attributes of the device',
  'ask for {items} (got {values})',
  'identify',
  'T0888',
);
const setAttributes = kind(
  'set-attributes',
  'Set attributes of the device',
  'set {items} (to {values})',
  'configure',
  '!',
  'T0836',
);

/** By service, then by the number of the method. */
export const methods: Readonly<Record<string, Readonly<Record<number, OperationKind>>>> = {
  IProConOSControlService: {
    1: kind(
      'activate-boot-project',
      'Activate the boot project',
      'load the boot project',
      'program',
      '!',
      'T0843',
    ),
    2: kind('clear-errors', 'Clear errors', 'clear the errors', 'control'),
    3: kind(
      'delete-boot-project',
      'Delete the boot project',
      'delete the boot project',
      'program',
      '!',
      'T0809',
    ),
    4: kind(
      'initialise-retained',
      'Initialise retained variables',
      'set retained variables to what they begin with',
      'write',
      '!',
      'T0836',
    ),
    5: kind('reset', 'Reset', 'reset the program', 'control', '!', 'T0858'),
    6: kind('start', 'Start', 'start the program ({mode})', 'control', '!', 'T0858'),
    7: kind('stop', 'Stop', 'stop the program', 'control', '!', 'T0858'),
  },
  IDataAccessService: {
    1: kind('continue-group', 'Continue a group of variables', 'add variables to group {group}', 'read'),
    2: kind(
      'continue-read-list',
      'Continue to read a list of variables',
      'read more of a list of variables',
      'read',
    ),
    3: kind(
      'continue-write-list',
      'Continue to write a list of variables',
      'write more of a list of variables',
      'write',
      '!',
      'T0836',
      'T0855',
    ),
    4: kind('delete-group', 'Delete a group of variables', 'delete group {group} of variables', 'other'),
    5: kind('read', 'Read a variable', 'read {items} (got {values})', 'read'),
    6: kind('read-group', 'Read a group of variables', 'read group {group} of variables', 'read'),
    7: kind(
      'create-group',
      'Create a group of variables',
      'make a group of {quantity} variables (its number is {group})',
      'read',
      'T0801',
    ),
    8: kind('read-list', 'Read a list of variables', 'read {quantity} variables', 'read'),
    9: kind(
      'write-list',
      'Write a list of variables',
      'write {quantity} variables',
      'write',
      '!',
      'T0836',
      'T0855',
    ),
    10: kind(
      'write',
      'Write a variable',
      'write {items} := {values} (before: {before})',
      'write',
      '!',
      'T0836',
      'T0855',
    ),
  },
  IDeviceInfoService: {
    1: readAttributes,
    2: kind(
      'list-attributes',
      'List attributes of the device',
      'ask which attributes there are',
      'identify',
      'T0888',
    ),
    3: readAttributes,
    4: setAttributes,
    5: setAttributes,
  },
  // Of the header the name of the class is known, and that other services are called like their classes.
  IDebugService: {
    1: kind('read-call-stack', 'Read the call stack', 'ask where the program stands', 'read'),
    2: kind(
      'set-breakpoint',
      'Set a breakpoint',
      'set a breakpoint in method {method} (at {address})',
      'control',
      '!',
      'T0858',
    ),
    3: kind(
      'remove-breakpoint',
      'Remove a breakpoint',
      'remove the breakpoint of method {method} (at {address})',
      'control',
      'T0858',
    ),
    4: kind('clear-breakpoints', 'Remove all breakpoints', 'remove all breakpoints', 'control', 'T0858'),
    5: kind('continue', 'Continue', 'let the program continue', 'control', '!', 'T0858'),
  },
  IForceService: {
    1: kind(
      'force',
      'Force a variable',
      'force {items} := {values} (before: {before})',
      'write',
      '!',
      'T0835',
    ),
    2: kind('clear-forces', 'Clear forces', 'force nothing any more', 'write', '!', 'T0835'),
    3: kind('read-forces', 'Read forces', 'ask what is forced (got {quantity} variables)', 'read'),
    4: kind('read-force-state', 'Ask for forces', 'ask whether anything is forced', 'read'),
    5: kind('remove-force', 'Remove a force', 'force {items} no longer', 'write', '!', 'T0835'),
  },
};
