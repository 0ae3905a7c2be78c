import { operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const kind = operationsOf('ge-srtp');

const readSymbol = kind('read-symbol', 'Read by symbol', 'read a variable by its symbol', 'read');
const writeSymbol = kind(
  'write-symbol',
  'Write by symbol',
  'write a variable by its symbol',
  'write',
  '!',
  'T0836',
  'T0855',
);
const readFile = kind('read-file', 'Read a file', 'read a file of the controller: {what}', 'read', 'T0893');
const writeFile = kind(
  'write-file',
  'Write a file',
  'write a file of the controller: {what}',
  'program',
  '!',
  'T0867',
);
// Denton has store as what comes from the controller, the makers as what goes to it: nobody's word is taken.
const carryBlock = kind(
  'transfer-block',
  'Store or load a block',
  'carry over a block: {what}',
  'program',
  '!',
  'T0843',
  'T0845',
);
const changeProgram = kind(
  'change-program',
  'Program change',
  'change the program: {what}',
  'program',
  '!',
  'T0889',
);
const changeConfiguration = kind(
  'change-configuration',
  'Change the configuration',
  'change the configuration: {what}',
  'configure',
  '!',
  'T0836',
);
const clear = kind('clear-memory', 'Clear memory', 'clear what is stored: {what}', 'program', '!', 'T0809');
const changeExtension = kind(
  'change-os-extension',
  'Change an OS extension',
  'change an extension of the operating system: {what}',
  'program',
  '!',
  'T0857',
);
const clearFaults = kind(
  'clear-faults',
  'Clear fault table',
  'clear the fault table',
  'configure',
  '!',
  'T0872',
);
const toggleForce = kind(
  'toggle-force',
  'Toggle force of system memory',
  'force or release {items}',
  'write',
  '!',
  'T0835',
);
const features = kind(
  'features',
  'Functions supported',
  'ask what is supported: {what}',
  'identify',
  'T0888',
);
const readStatus = kind('long-status', 'Long status', 'ask the status: {what}', 'read', 'T0868');

/** GFK-0529, service request codes; those beyond it, which do the same to a controller, together. */
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
  0x23: kind(
    'set-state',
    'Set RUN or STOP',
    'change between RUN and STOP: {value} (answer: {state})',
    'control',
    '!',
    'T0858',
  ),
  0x24: kind('set-clock', 'Set time and date', 'set the clock', 'configure', '!', 'T0836'),
  0x25: kind('read-clock', 'Return time and date', 'read the clock', 'read'),
  0x38: kind('read-faults', 'Return fault table', 'read the fault table', 'read'),
  0x39: clearFaults,
  0x3f: kind('upload', 'Program store', 'read the program', 'program', '!', 'T0845'),
  0x40: kind('download', 'Program load', 'load a program', 'program', '!', 'T0843'),
  0x43: kind(
    'identify',
    'Return controller type and ID',
    'ask type and name (answer: {name})',
    'identify',
    'T0888',
  ),
  0x44: toggleForce,
  0x01: readStatus,
  0x02: readStatus,
  0x0c: readSymbol,
  0x0d: readSymbol,
  0x0e: readSymbol,
  0x0f: writeSymbol,
  0x10: writeSymbol,
  0x11: writeSymbol,
  0x18: clear,
  0x19: readFile,
  0x1b: writeFile,
  0x1c: clear,
  0x1d: readFile,
  0x1e: writeFile,
  0x28: carryBlock,
  0x2a: carryBlock,
  0x2b: carryBlock,
  0x2c: carryBlock,
  0x2e: clear,
  0x2f: changeProgram,
  0x31: clear,
  0x32: changeConfiguration,
  0x33: changeConfiguration,
  0x35: clear,
  0x36: clear,
  0x37: clear,
  0x3a: changeConfiguration,
  0x3b: changeConfiguration,
  0x3d: carryBlock,
  0x3e: carryBlock,
  0x41: changeProgram,
  0x47: kind('lock', 'Lock or unlock OEM', 'lock or unlock with the OEM key', 'authenticate', '!', 'T0892'),
  0x4b: changeConfiguration,
  0x4d: features,
  0x4f: kind('session-control', 'Session control', 'begin a session', 'other'),
  0x52: changeExtension,
  0x54: changeExtension,
  0x57: toggleForce,
  0x5a: carryBlock,
  0x5b: carryBlock,
  0x60: clearFaults,
  0x61: features,
};

export const unknownService = kind(
  'unknown-service',
  'Other service request',
  'service request {service}',
  'other',
);
/** What is written to a FANUC robot. */
export const commandRobot = kind(
  'command-robot',
  'Command to a robot',
  'tell the robot: {command}',
  'control',
  '!',
  'T0855',
);
export const connect = kind('connect', 'Open a connection', 'open a connection', 'other');
