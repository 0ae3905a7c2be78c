import { operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const network = operationsOf('codesys-v3');
const service = operationsOf('codesys-services');

export const announce = network(
  'announce',
  'Address notification',
  'look for neighbours, as {source}',
  'other',
);
export const askNames = network(
  'search',
  'Search by the name service',
  'ask who is there',
  'identify',
  'T0846',
  'T0888',
);
export const openChannel = network('open-channel', 'Open a channel', 'open a channel', 'other');

const WHAT = '{service} {command}: {items}';
const download = service('download', 'Download an application', WHAT, 'program', '!', 'T0843');
const onlineChange = service('online-change', 'Online change', WHAT, 'program', '!', 'T0843', 'T0889');
const breakpoints = service('breakpoint', 'Breakpoints and stepping', WHAT, 'control', '!', 'T0858');
const force = service('force', 'Force values', WHAT, 'write', '!', 'T0835');
const readInformation = service('read-information', 'Read information', WHAT, 'identify', 'T0888');
const readValues = service('read-values', 'Read variables', `${WHAT} = {values}`, 'read');
const writeValues = service(
  'write-values',
  'Write variables',
  `${WHAT} := {values} (before: {before})`,
  'write',
  '!',
  'T0836',
  'T0855',
);
const subscribe = service('register-variables', 'Register a list of variables', WHAT, 'read');
const readStates = service(
  'read-states',
  'Read the states of applications',
  'states of applications: {items}',
  'read',
  'T0868',
);
const browse = service('browse', 'Browse variables', WHAT, 'read', 'T0861');
const bootProject = service('boot-project', 'Boot project', WHAT, 'program', '!', 'T0843', 'T0889');
const deleteFile = service('delete-file', 'Delete a file or folder', WHAT, 'program', '!', 'T0809');
const moveFile = service('move-file', 'Rename a file, make a folder', WHAT, 'program', '!');
const writeFile = service('write-file', 'Write a file', WHAT, 'program', '!', 'T0867', 'T0843');
const readFile = service('read-file', 'Read a file', WHAT, 'program', '!', 'T0893', 'T0845');
const login = service('login', 'Log in', 'log in as {user}', 'authenticate', 'T0859');

/** Of a whole group. */
export const groupOperations: Readonly<Record<number, OperationKind>> = {
  0x03: readValues,
  0x05: service('read-log', 'Read the log', WHAT, 'read'),
  0x06: service('settings', 'Settings', WHAT, 'configure', '!', 'T0836'),
  0x09: readValues,
  0x0c: service('manage-users', 'User management', WHAT, 'configure', '!', 'T0892'),
  0x0f: service('trace', 'Trace', WHAT, 'read', 'T0801'),
  0x11: service('shell', 'PLC shell', WHAT, 'control', '!', 'T0807'),
  0x12: breakpoints,
  0x13: force,
  0x1b: readValues,
};

/** By group × 256 and command. */
export const operations: Readonly<Record<number, OperationKind>> = {
  0x0101: readInformation,
  0x010a: service(
    'create-session',
    'Create a session',
    'create a session: {software} on {workstation}',
    'other',
  ),
  0x0102: login,
  0x0108: login,
  0x0104: service('reset-origin', 'Reset to origin', WHAT, 'control', '!', 'T0816', 'T0809'),
  0x0106: service('set-mode', 'Set operating mode', WHAT, 'control', '!', 'T0858'),
  0x0109: service('rename-device', 'Rename the device', WHAT, 'configure', '!', 'T0836'),
  0x0203: service('create-application', 'Create an application', WHAT, 'program', '!', 'T0843'),
  0x0204: service('delete-application', 'Delete an application', WHAT, 'program', '!', 'T0809'),
  0x0205: download,
  0x0206: onlineChange,
  0x0207: download,
  0x0230: download,
  0x0234: download,
  0x0210: service('start', 'Start an application', 'start {items}', 'control', '!', 'T0858'),
  0x0211: service('stop', 'Stop an application', 'stop {items}', 'control', '!', 'T0858'),
  0x0212: service('reset', 'Reset an application', 'reset {items}', 'control', '!', 'T0858', 'T0816'),
  0x0213: breakpoints,
  0x0215: breakpoints,
  0x0219: breakpoints,
  0x0222: breakpoints,
  0x0218: readInformation,
  0x0225: readStates,
  0x0229: readInformation,
  0x0231: readInformation,
  0x0235: service('read-application', 'Read an application', WHAT, 'program', '!', 'T0845'),
  0x0220: force,
  0x0223: bootProject,
  0x0226: bootProject,
  0x0227: bootProject,
  0x0237: service('restore-retains', 'Restore retained variables', WHAT, 'write', '!', 'T0836'),
  0x0801: readInformation,
  0x080c: service('list-files', 'List files', WHAT, 'read', 'T0893'),
  0x0802: writeFile,
  0x0803: writeFile,
  0x0804: writeFile,
  0x0805: readFile,
  0x0806: readFile,
  0x0807: readFile,
  0x080e: deleteFile,
  0x0811: deleteFile,
  0x080f: moveFile,
  0x0810: moveFile,
  0x0812: moveFile,
  0x0901: subscribe,
  0x0902: service('release-variables', 'Release a list of variables', WHAT, 'other'),
  0x0904: writeValues,
  0x0906: writeValues,
  0x0907: browse,
  0x0908: browse,
  0x0909: browse,
  0x1b02: writeValues,
};

export const otherService = service('other', 'Other service', WHAT, 'other');
export const encrypted = service('encrypted', 'Encrypted service', 'an encrypted service', 'other');
